import { expect, test } from 'vitest'
import { refreshDueSanctions } from '../../src/store/sanction.ts'
import { database } from '../client.ts'
import {
  anAction,
  anEvent,
  anOrganization,
  aParticipant,
  aPerson,
  aSanction,
  aTarget,
  country,
  on,
  span,
} from '../world.ts'

/** Park and Miller's random number generator, so that failures are repeatable. */
function chance(seed: number) {
  let state = seed
  const below = (n: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % n
  }
  return { below, of: <T>(choices: readonly T[]): T => choices[below(choices.length)] as T }
}

const seeds = [1, 2, 3]
const kinds = [
  'IMPOSED',
  'EXTENDED',
  'EASING_EXPECTED',
  'EASED',
  'LICENSED',
  'SUSPENDED',
  'LIFT_ANNOUNCED',
  'LIFTED',
  'REIMPOSED',
  'EXPIRED',
] as const
const statuses = ['PROSPECTIVE', 'ONGOING', 'OCCURRED', 'CANCELLED'] as const

const becomes: Partial<Record<(typeof kinds)[number], string>> = {
  IMPOSED: 'IN_FORCE',
  EXTENDED: 'IN_FORCE',
  REIMPOSED: 'IN_FORCE',
  EASED: 'EASED',
  SUSPENDED: 'SUSPENDED',
  LIFTED: 'LIFTED',
  EXPIRED: 'EXPIRED',
}

const supporting: readonly string[] = ['EASING_EXPECTED', 'LIFT_ANNOUNCED']
const byStrength = ['IN_FORCE', 'EASED', 'SUSPENDED', 'LIFTED', 'EXPIRED']

/** Computes a sanction's status and its first day from its actions and their events. Its target has no dates. */
async function expectedState(sanctionId: string) {
  const actions = await database.sanctionAction.findMany({
    where: { sanctionId },
    orderBy: [{ sortDate: 'asc' }, { id: 'asc' }],
    include: { event: true },
  })
  const certain = actions.filter(
    ({ certainty, event }) => !['POSSIBLE', 'DISPUTED'].includes(certainty) && !event?.retractedAt,
  )
  const effective = certain.flatMap(({ kind, targetId, event, sortDate }) => {
    const status = becomes[kind]
    const counts = status && sortDate <= new Date() && (!event || event.status === 'OCCURRED')
    return counts ? [{ status, targetId, at: `${sortDate.toISOString()} ${byStrength.indexOf(status)}` }] : []
  })
  const whole = effective.filter(({ targetId }) => !targetId).at(-1)
  const [ofTarget] = effective.filter(({ targetId }) => targetId).sort((a, b) => (a.at > b.at ? -1 : 1))
  const isSupported =
    certain.some(
      ({ kind, targetId, event }) =>
        !targetId &&
        (supporting.includes(kind) ||
          (['EASED', 'SUSPENDED', 'LIFTED', 'EXPIRED'].includes(kind) &&
            ['PROSPECTIVE', 'ONGOING'].includes(event?.status ?? ''))),
    ) || ['IN_FORCE', 'EASED'].includes(ofTarget?.status ?? '')
  return {
    status: whole?.status ?? (isSupported ? 'IN_FORCE' : 'UNKNOWN'),
    sortDate: actions[0]?.sortDate ?? new Date('0001-01-01'),
  }
}

test.each(seeds)("a sanction's status follows from its actions after any changes of them (%i)", async (seed) => {
  const { below, of } = chance(seed)
  const sanctions = [await aSanction(), await aSanction()]
  const targets = await Promise.all(sanctions.map(async ({ id }) => aTarget(id, (await aPerson()).id)))
  const events = [await anEvent({ status: 'PROSPECTIVE' }), await anEvent()]
  const actions: { id: string; sanctionId: string }[] = []
  const anyDate = () => (below(6) ? on(`20${10 + below(20)}-0${1 + below(9)}-01`) : span('date', null, null))
  for (let step = 0; step < 40; step++) {
    const which = below(2)
    const [sanction, target] = [sanctions[which], targets[which]]
    const data = {
      kind: of(kinds),
      certainty: of(['ASSERTED', 'REPORTED', 'POSSIBLE', 'INFERRED', 'DISPUTED'] as const),
      eventId: of([null, ...events])?.id ?? null,
      targetId: below(4) ? null : (target?.id ?? null),
      ...anyDate(),
    }
    const action = actions[below(actions.length || 1)]
    const deed = below(6)
    if (deed < 3 || !action) actions.push(await anAction(sanction?.id ?? '', data))
    else if (deed === 3) {
      const { targetId: _, ...changed } = data
      await database.sanctionAction.update({ where: { id: action.id }, data: changed })
    } else if (deed === 4) {
      await database.sanctionAction.delete({ where: { id: action.id } })
      actions.splice(actions.indexOf(action), 1)
    }
    const event = of(events)
    if (deed === 5)
      await database.event.update({
        where: { id: event.id },
        data: { status: of(statuses), retractedAt: below(3) ? null : new Date() },
      })
    for (const { id } of sanctions) {
      const { status, sortDate } = await database.sanction.findUniqueOrThrow({ where: { id } })
      expect([seed, step, { status, sortDate }]).toEqual([seed, step, await expectedState(id)])
    }
  }
})

test('an expiry in the future takes effect on its day', async () => {
  const { id } = await aSanction()
  const stands = async () => (await database.sanction.findUniqueOrThrow({ where: { id } })).status
  await anAction(id)
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const expiry = await anAction(id, { kind: 'EXPIRED', ...on(tomorrow) })
  expect(await stands()).toBe('IN_FORCE')

  // Shifts the dates, so that tomorrow becomes today without a write.
  await database.$executeRaw`ALTER TABLE "SanctionAction" DISABLE TRIGGER USER`
  await database.sanctionAction.update({ where: { id: expiry.id }, data: on(new Date().toISOString().slice(0, 10)) })
  await database.$executeRaw`ALTER TABLE "SanctionAction" ENABLE TRIGGER USER`
  expect(await stands()).toBe('IN_FORCE')
  await refreshDueSanctions(new Date(Date.now() - 86_400_000))
  expect(await stands()).toBe('EXPIRED')
})

/** Returns rows of EventActor that are missing, superfluous or have another date than their event. */
const wrongRows = () => database.$queryRaw`
  WITH wanted AS (
    SELECT e.id AS "eventId", a.id AS "actorId", (SELECT kind FROM "Actor" WHERE id = a.id) AS "actorKind", e."sortDate" AS "eventDate"
    FROM "Event" e JOIN LATERAL (
      SELECT e."locationId" AS id UNION SELECT unnest(ARRAY["actorId", "onBehalfOfId"]) FROM "EventParticipant" WHERE "eventId" = e.id
    ) a ON a.id IS NOT NULL
  )
  (TABLE wanted EXCEPT TABLE "EventActor") UNION ALL (TABLE "EventActor" EXCEPT TABLE wanted)`

test.each(seeds)('EventActor is correct after each change (%i)', async (seed) => {
  const { below, of } = chance(seed)
  const countries = [await country('BY'), await country('US')]
  const actors = [...countries, await aPerson(), await anOrganization()]
  const events = [await anEvent(), await anEvent(), await anEvent()]
  const roles = ['PARTY', 'TOPIC', 'SPEAKER', 'AGENT'] as const
  for (let step = 0; step < 40; step++) {
    const event = of(events)
    const part = of(
      await database.eventParticipant.findMany({ where: { eventId: { in: events.map(({ id }) => id) } } }),
    )
    const deed = below(6)
    const [actor, other, role] = [of(actors), of(actors), of(roles)]
    const onBehalfOfId = other === actor || below(2) ? null : other.id
    if (deed < 2 || !part) {
      const key = { eventId: event.id, actorId: actor.id, role }
      await database.eventParticipant.deleteMany({ where: key })
      await aParticipant(event.id, actor.id, { role, onBehalfOfId })
    } else if (deed === 2) await database.eventParticipant.delete({ where: { id: part.id } })
    else if (deed === 3)
      await database.eventParticipant.updateMany({
        where: { id: part.id, actorId: { not: other.id } },
        data: { onBehalfOfId: other.id },
      })
    else if (deed === 4) await database.event.update({ where: { id: event.id }, data: on(`2031-0${1 + below(9)}-01`) })
    else
      await database.event.update({
        where: { id: event.id },
        data: { locationId: of([null, ...countries])?.id ?? null },
      })
    expect([seed, step, await wrongRows()]).toEqual([seed, step, []])
  }
  await database.event.deleteMany({ where: { id: { in: events.map(({ id }) => id) } } })
  expect(await wrongRows()).toEqual([])
})

test('EventActor is correct after a statement writes many events and participants', async () => {
  const { id } = await aPerson()
  await database.$executeRaw`
    INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis", "locationId")
    SELECT gen_random_uuid(), 'bulk-' || n, 'Bulk', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED', ${(await country('BY')).id}::uuid
    FROM generate_series(1, 200) n`
  await database.$executeRaw`
    INSERT INTO "EventParticipant" (id, "eventId", "actorId", role)
    SELECT gen_random_uuid(), e.id, ${id}::uuid, 'PARTY' FROM "Event" e WHERE e.title = 'Bulk'`
  expect(await database.eventActor.count({ where: { actorId: id } })).toBe(200)
  await database.$executeRaw`UPDATE "Event" SET "dateEarliest" = '2031-01-01', "datePrecision" = 'DAY' WHERE title = 'Bulk'`
  expect(await wrongRows()).toEqual([])
  await database.$executeRaw`DELETE FROM "EventParticipant" WHERE "actorId" = ${id}::uuid`
  expect(await database.eventActor.count({ where: { actorId: id } })).toBe(0)
})

test('a merged record always refers directly to its survivor, in any order of merges, and never to itself', async () => {
  const [a, b, c, d] = [await anEvent(), await anEvent(), await anEvent(), await anEvent()]
  const merge = ({ id }: { id: string }, into: { id: string }) =>
    database.event.update({ where: { id }, data: { mergedIntoId: into.id } })
  const survivors = async () =>
    (await database.event.findMany({ where: { id: { in: [a.id, b.id, c.id, d.id] } }, orderBy: { id: 'asc' } })).map(
      ({ mergedIntoId }) => mergedIntoId,
    )
  await merge(a, b)
  await merge(b, c)
  expect(await survivors()).toEqual([c.id, c.id, null, null])
  await merge(d, a)
  expect(await survivors()).toEqual([c.id, c.id, null, c.id])
  await expect(merge(c, a)).rejects.toThrow(
    'The survivor is itself merged into this record: take the merge back first.',
  )
  await expect(merge(c, c)).rejects.toThrow()
  await database.event.update({ where: { id: a.id }, data: { mergedIntoId: null } })
  expect(await survivors()).toEqual([null, c.id, null, c.id])
})
