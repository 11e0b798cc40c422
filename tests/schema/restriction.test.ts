import { expect, test } from 'vitest'
import { ask, database as db, idOf, read } from '../client.ts'
import { anAction, anOrganization, aSanction, aTarget, on, span } from '../world.ts'

const fields =
  'target { id slug } authority { slug } sanction { slug } measures scope status confirmedUntil licences { title } citations { quote } files'

test('the restrictions of the seed', async () => {
  const { restrictions } = await read(
    `{ restrictions(on: "2026-01-01", first: 5) { totalCount nodes { ${fields} } edges { cursor } pageInfo { hasNextPage endCursor } } }`,
  )
  console.log(JSON.stringify(restrictions))
  const { country } = await read(`{ country(by: { code: "BY" }) { restrictions(on: "2026-01-01") { ${fields} } } }`)
  console.log(JSON.stringify(country))
})

test('known at', async () => {
  const org = await anOrganization()
  const sanction = await aSanction({ measures: ['ASSET_FREEZE'] })
  const target = await aTarget(sanction.id, org.id, span('listed', '2020-01-01', '2020-01-01'))
  await db.$executeRaw`SELECT sequence_changes()`
  const k1 = new Date().toISOString()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await anAction(sanction.id, { kind: 'LIFTED', ...on('2021-01-01'), targetId: target.id })
  await db.$executeRaw`SELECT sequence_changes()`
  const query = `query ($id: ID!, $at: DateTime) { actor(by: { id: $id }) { restrictions(on: "2022-01-01", knownAt: $at) { ${fields} } } }`
  const now = await read(query, { id: idOf('Organization', org) })
  const then = await read(query, { id: idOf('Organization', org), at: k1 })
  const late = await read(query, { id: idOf('Organization', org), at: new Date().toISOString() })
  expect(late).toEqual(now)
  console.log(JSON.stringify(now), JSON.stringify(then))
  const early = await ask(query, { id: idOf('Organization', org), at: '2020-01-01T00:00:00Z' })
  console.log(JSON.stringify(early))
})
