import { expect, test } from 'vitest'
import { read } from '../client.ts'
import { anAction, anEvent, aSanction, country, on, span } from '../world.ts'

test('the potash sanction is still in force, for its lifting was declared and not done', async () => {
  const { sanction } = await read(`{ sanction(by: { slug: "us-potash" }) {
    status
    statusOn(date: "2026-01-01")
    partOf { slug }
    actions { kind event { slug status } }
  } }`)
  expect(sanction).toEqual({
    status: 'IN_FORCE',
    statusOn: 'IN_FORCE',
    partOf: { slug: 'us-belarus-restrictions' },
    actions: [{ kind: 'LIFT_ANNOUNCED', event: { slug: 'coale-declares-potash-lifting', status: 'OCCURRED' } }],
  })
})

test('the December release of 123 was in exchange for a lifting that lies ahead', async () => {
  const { event } = await read(`{ event(by: { slug: "prisoner-release-december-2025" }) {
    participants(where: { count: { isNull: false } }) { nodes { count countKind actor { name } } }
    links(kinds: [IN_EXCHANGE_FOR]) { kind basis other { slug status } citations { quote } }
  } }`)
  expect(event).toEqual({
    participants: { nodes: [{ count: 123, countKind: 'EXACT', actor: { name: 'Political prisoners in Belarus' } }] },
    links: [
      {
        kind: 'IN_EXCHANGE_FOR',
        basis: 'STATED',
        other: { slug: 'us-lifts-potash-sanctions', status: 'PROSPECTIVE' },
        citations: [{ quote: 'In exchange' }],
      },
    ],
  })
})

test('statusOn follows the actions day by day, and is null before the first', async () => {
  const { id, slug } = await aSanction()
  await anAction(id, { kind: 'IMPOSED', ...on('2020-02-01') })
  await anAction(id, { kind: 'SUSPENDED', ...span('date', '2021-03-01', '2021-03-31') })
  await anAction(id, { kind: 'LIFT_ANNOUNCED', ...on('2022-01-01') })
  const expected = await anEvent({ status: 'PROSPECTIVE' })
  await anAction(id, { kind: 'LIFTED', eventId: expected.id, ...on('2023-01-01') })
  const { sanction } = await read(
    `query ($slug: String!) { sanction(by: { slug: $slug }) {
      status
      before: statusOn(date: "2020-01-31")
      first: statusOn(date: "2020-02-01")
      eve: statusOn(date: "2021-02-28")
      suspended: statusOn(date: "2021-03-01")
      announced: statusOn(date: "2022-06-01")
      ahead: statusOn(date: "2023-06-01")
    } }`,
    { slug },
  )
  expect(sanction).toEqual({
    status: 'SUSPENDED',
    before: null,
    first: 'IN_FORCE',
    eve: 'IN_FORCE',
    suspended: 'SUSPENDED',
    announced: 'SUSPENDED',
    ahead: 'SUSPENDED',
  })
})

test('a sanction of which nothing is known counts as in force, and stood nowhere on any day', async () => {
  const { slug } = await aSanction()
  const { sanction } = await read(
    'query ($slug: String!) { sanction(by: { slug: $slug }) { status statusOn(date: "2020-01-01") } }',
    { slug },
  )
  expect(sanction).toEqual({ status: 'IN_FORCE', statusOn: null })
})

test('an authority has the sanctions that it imposes, the latest first', async () => {
  const authority = await country('AU')
  for (const [title, day] of [
    ['Old', '2001-01-01'],
    ['New', '2002-01-01'],
  ] as const) {
    const { id } = await aSanction({ title, authorityId: authority.id })
    await anAction(id, on(day))
  }
  await aSanction({ title: 'Undated', authorityId: authority.id })
  const data = await read('{ country(by: { code: "AU" }) { sanctionsImposed { totalCount nodes { title } } } }')
  const nodes = [{ title: 'New' }, { title: 'Old' }, { title: 'Undated' }]
  expect(data).toEqual({ country: { sanctionsImposed: { totalCount: 3, nodes } } })
})
