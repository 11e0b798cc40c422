import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { ask, database, idOf, read } from '../client.ts'
import { importText, importTexts } from '../import/run.ts'
import { anAction, anEvent, anOrganization, aSanction, aTarget, country, on, span } from '../world.ts'

/** Returns a time at which everything that was written is known, and nothing that is written later. */
async function moment(): Promise<string> {
  await sequenceChanges()
  await sleep(3)
  const at = new Date().toISOString()
  await sleep(3)
  return at
}

interface Restriction {
  status: string
  confirmedUntil: string | null
  licences: { title: string }[]
  files: string[]
}

async function restrictionsOf(id: string, day: string, at?: string): Promise<Restriction[]> {
  const { actor } = await read<{ actor: { restrictions: Restriction[] } }>(
    `query ($id: ID!, $on: Date!, $at: DateTime) { actor(by: { id: $id }) {
      restrictions(on: $on, knownAt: $at) { status confirmedUntil licences { title } files } } }`,
    { id, on: day, at },
  )
  return actor.restrictions
}

test('the seed has three restrictions of Belarus: a party, a sector and goods, all still in force', async () => {
  const { restrictions } = await read(`{ restrictions(on: "2026-01-01", first: 5) {
    totalCount
    nodes { target { slug } authority { slug } sanction { slug } scope status files }
    pageInfo { hasNextPage }
  } }`)
  const shared = { target: { slug: 'belarus' }, authority: { slug: 'united-states' }, status: 'IN_FORCE', files: [] }
  expect(restrictions).toEqual({
    totalCount: 3,
    nodes: [
      { ...shared, sanction: { slug: 'us-belarus-restrictions' }, scope: 'PARTY' },
      { ...shared, sanction: { slug: 'us-potash' }, scope: 'SECTOR' },
      {
        ...shared,
        authority: { slug: 'authority-european-union' },
        sanction: { slug: 'eu-potash' },
        scope: 'GOODS',
      },
    ],
    pageInfo: { hasNextPage: false },
  })
})

test('an earlier time shows the status of then, the future that of now, and a time before the records is refused', async () => {
  const organization = await anOrganization()
  const id = idOf('Organization', organization)
  const sanction = await aSanction()
  const target = await aTarget(sanction.id, organization.id, span('listed', '2020-01-01', '2020-01-01'))
  const before = await moment()
  // Without a last day, the suspension counts from today on.
  await anAction(sanction.id, { kind: 'SUSPENDED', ...span('date', '2021-01-01', null), targetId: target.id })
  const after = await moment()
  const today = new Date().toISOString().slice(0, 10)
  const statuses = [before, after, undefined, '2100-01-01T00:00:00Z'].map(async (at) =>
    (await restrictionsOf(id, today, at)).map(({ status }) => status),
  )
  expect(await Promise.all(statuses)).toEqual([['IN_FORCE'], ['SUSPENDED'], ['SUSPENDED'], ['SUSPENDED']])
  const early = await ask(
    'query ($id: ID!) { actor(by: { id: $id }) { restrictions(on: "2022-01-01", knownAt: "2020-01-01T00:00:00Z") { status } } }',
    { id },
  )
  expect(early.data).toEqual({ actor: null })
  expect(early.errors).toMatchObject([
    {
      message: expect.stringMatching(/^What was known before .* is not recorded: /),
      path: ['actor', 'restrictions'],
      extensions: { code: 'KNOWN_AT_TOO_EARLY' },
    },
  ])
})

describe('what is known of an action', () => {
  const knownAction = async (id: string) =>
    database.$queryRaw`SELECT "eventStatus"::text AS status FROM actions_known('infinity') WHERE id = ${id}::uuid`

  /** Changes an event, and then runs a change of its actions in another transaction, which commits later. */
  async function changeTogether(
    eventId: string,
    change: (tx: Pick<typeof database, 'sanctionAction'>) => Promise<unknown>,
  ) {
    let changed = Promise.resolve<unknown>(undefined)
    await database.$transaction(async (tx) => {
      await tx.event.update({ where: { id: eventId }, data: { status: 'CANCELLED' } })
      changed = database.$transaction((other) => change(other))
      await sleep(100)
    })
    await changed
    await sequenceChanges()
  }

  test('ends with the action, although its event changes meanwhile', async () => {
    const event = await anEvent()
    const action = await anAction((await aSanction()).id, { kind: 'SUSPENDED', ...on('2021-01-01'), eventId: event.id })
    await changeTogether(event.id, (tx) => tx.sanctionAction.delete({ where: { id: action.id } }))
    expect(await knownAction(action.id)).toEqual([])
  })

  test('has the status of its event, although the event changes meanwhile', async () => {
    const event = await anEvent()
    const { id: sanctionId } = await aSanction()
    let id = ''
    await changeTogether(event.id, async (tx) => {
      const data = {
        sanctionId,
        kind: 'SUSPENDED',
        ...on('2021-01-01'),
        certainty: 'ASSERTED',
        eventId: event.id,
      } as const
      ;({ id } = await tx.sanctionAction.create({ data }))
    })
    expect(await knownAction(id)).toEqual([{ status: 'CANCELLED' }])
  })
})

test('a licence is not valid after its stated end, however unsure the day of its revocation is', async () => {
  const organization = await anOrganization()
  const { id: sanctionId } = await aSanction()
  await aTarget(sanctionId, organization.id)
  const { id: authorityId } = await country('US')
  await database.licence.create({
    data: {
      ...{ sanctionId, authorityId, title: 'Winding down', scope: 'contracts', certainty: 'ASSERTED' },
      ...span('from', '2019-01-01', '2019-01-01'),
      ...span('to', '2020-01-10', '2020-01-10'),
      ...span('revoked', '2020-01-01', '2020-01-31'),
    },
  })
  const at = await moment()
  for (const known of [undefined, at]) {
    const titles = async (day: string) =>
      (await restrictionsOf(idOf('Organization', organization), day, known)).flatMap(({ licences }) => licences)
    expect(await titles('2020-01-10')).toEqual([{ title: 'Winding down' }])
    expect(await titles('2020-01-11')).toEqual([])
  }
})

test('the files and the last snapshot are those that were known, also after a row was rejected', async () => {
  const row = '4711,"LISTED 4711","individual","KNOWN",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- '
  const load = (asOf: string, rows: string) => importText(ofac, 'sdn.csv', rows, { asOf, maxDelisted: 100 })
  await load('2020-01-01', row)
  const { id: actorId } = await database.actor.findFirstOrThrow({
    where: { identifiers: { some: { scheme: 'OFAC_SDN', value: '4711' } } },
  })
  const id = idOf('Person', { id: actorId })
  const moments: { at: string; answer: Restriction[] }[] = []
  const note = async () => moments.push({ at: await moment(), answer: await restrictionsOf(id, '2030-01-01') })
  await note()
  // The same day again, with another file.
  const alt = '4711,1,"aka","ALSO 4711",-0- '
  await importTexts(ofac, { 'sdn.csv': row, 'alt.csv': alt }, { asOf: '2020-01-01', maxDelisted: 100 })
  await note()
  expect((await load('2020-02-01', `${row}\nbroken`)).rejected).toBe(1)
  await note()
  await load('2020-03-01', row)
  await note()
  expect(moments.map(({ answer: [each] }) => [each?.confirmedUntil, each?.files.length])).toEqual([
    ['2020-01-01', 1],
    ['2020-01-01', 2],
    ['2020-02-01', 2],
    ['2020-03-01', 1],
  ])
  for (const { at, answer } of moments) expect(await restrictionsOf(id, '2030-01-01', at)).toEqual(answer)
})
