import { expect, test } from 'vitest'
import type { Prisma } from '../../src/db/generated/prisma/client.ts'
import { refreshDueSanctions } from '../../src/store/sanction.ts'
import { database } from '../client.ts'
import {
  anAction,
  anEvent,
  anOrganization,
  aParticipant,
  aPerson,
  aSanction,
  aSource,
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
const imposing: readonly string[] = ['IMPOSED', 'EXTENDED']
const ending: readonly string[] = ['LIFTED', 'EXPIRED']

/** A change of a status, and its first and last possible day in milliseconds. */
interface Change {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly earliest: number
  readonly latest: number
}

/** Returns whether a change comes before another one, as far as the rules tell. */
function isBefore(a: Change, b: Change): boolean {
  if (a.latest < b.earliest) return true
  if (b.latest < a.earliest) return false
  if (imposing.includes(a.kind) !== imposing.includes(b.kind)) return imposing.includes(a.kind)
  if (a.earliest === a.latest && b.earliest === b.latest) return a.id < b.id
  return ending.includes(b.kind) && !ending.includes(a.kind) && a.kind !== 'REIMPOSED'
}

/** Computes the status of today from the changes of one subject; undefined if they do not tell any. Tries all orders of all changes. */
function statusAfter(changes: readonly Change[]): string | undefined {
  const today = Date.now()
  const begun = changes.filter(({ earliest }) => earliest <= today)
  const statuses = new Set<string | undefined>()
  const follow = (current: string | undefined, rest: readonly Change[], since: number) => {
    if (rest.every(({ latest }) => latest > today)) statuses.add(current)
    for (const next of rest) {
      const day = Math.max(since, next.earliest)
      if (day > next.latest || rest.some((other) => other !== next && isBefore(other, next))) continue
      const others = rest.filter((each) => each !== next)
      const contradicts = ending.includes(current ?? '') && next.kind !== 'REIMPOSED'
      if (contradicts) follow(current, others, day)
      if (!contradicts || !ending.includes(next.kind)) follow(next.status, others, day)
    }
  }
  follow(undefined, begun, Number.NEGATIVE_INFINITY)
  if (statuses.size === 1) return [...statuses][0]
  return [...statuses].every((status) => status === undefined || status === 'IN_FORCE') && statuses.size > 0
    ? undefined
    : 'UNKNOWN'
}

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
  const today = new Date().setUTCHours(0, 0, 0, 0)
  const effective = certain.flatMap(({ id, kind, targetId, event, dateEarliest, dateLatest }) => {
    const status = becomes[kind]
    if (!status || (event && event.status !== 'OCCURRED')) return []
    const earliest = dateEarliest?.getTime() ?? Number.NEGATIVE_INFINITY
    return [{ id, kind, targetId, status, earliest, latest: dateLatest?.getTime() ?? Math.max(earliest, today) }]
  })
  const whole = statusAfter(effective.filter(({ targetId }) => !targetId))
  const ofTarget = statusAfter(effective.filter(({ targetId }) => targetId)) ?? ''
  const isSupported =
    certain.some(
      ({ kind, targetId, event }) =>
        !targetId &&
        (supporting.includes(kind) ||
          (['EASED', 'SUSPENDED', 'LIFTED', 'EXPIRED'].includes(kind) &&
            ['PROSPECTIVE', 'ONGOING'].includes(event?.status ?? ''))),
    ) || ['IN_FORCE', 'EASED'].includes(ofTarget)
  return {
    status: whole ?? (isSupported ? 'IN_FORCE' : 'UNKNOWN'),
    sortDate: actions[0]?.sortDate ?? new Date('0001-01-01'),
  }
}

test.each(seeds)("a sanction's status follows from its actions after any changes of them (%i)", async (seed) => {
  const { below, of } = chance(seed)
  const sanctions = [await aSanction(), await aSanction()]
  const targets = await Promise.all(sanctions.map(async ({ id }) => aTarget(id, (await aPerson()).id)))
  const events = [await anEvent({ status: 'PROSPECTIVE' }), await anEvent()]
  const actions: { id: string; sanctionId: string }[] = []
  const anyDate = () => {
    const [first, second] = [0, 0].map(() => `20${10 + below(20)}-0${1 + below(9)}-01`).sort()
    const [earliest = null, latest = null] = of([
      [first, first],
      [first, first],
      [first, second],
      [first],
      [null, second],
      [],
    ])
    return span('date', earliest ?? null, latest ?? null)
  }
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

/** Returns rows of EventActor that are missing, superfluous or have another date or origin than their event. */
const wrongRows = () => database.$queryRaw`
  WITH named AS (
    SELECT "eventId", unnest(ARRAY["actorId", "onBehalfOfId"]) AS id FROM "EventParticipant"
  ), wanted AS (
    SELECT e.id AS "eventId", a.id AS "actorId", (SELECT kind FROM "Actor" WHERE id = a.id) AS "actorKind", e."sortDate" AS "eventDate",
      e.origin AS "eventOrigin"
    FROM "Event" e JOIN (
      SELECT id AS "eventId", "locationId" AS id FROM "Event" UNION SELECT "eventId", id FROM named
      UNION
      SELECT n."eventId", r."objectId" FROM named n JOIN "Event" e ON e.id = n."eventId"
      JOIN "Relationship" r ON r."subjectId" = n.id AND r.kind = 'HOLDS_OFFICE' AND r."startLatest" <= e."dateEarliest"
        AND (r."endPrecision" IS NULL OR r."endEarliest" >= e."dateLatest")
      JOIN "Actor" holder ON holder.id = r."subjectId" AND holder."retractedAt" IS NULL
      JOIN "Country" c ON c."actorId" = r."objectId"
      JOIN "Citation" q ON q."relationshipId" = r.id JOIN "Source" s ON s.id = q."sourceId" AND s."retractedAt" IS NULL
    ) a ON a."eventId" = e.id AND a.id IS NOT NULL
  )
  (TABLE wanted EXCEPT TABLE "EventActor") UNION ALL (TABLE "EventActor" EXCEPT TABLE wanted)`

type Office = Partial<Prisma.RelationshipUncheckedCreateInput>

/** Creates an office of a country, held since the day given, or from 2020 on. It is not cited. */
const anOffice = (subjectId: string, objectId: string, more: Office = {}) =>
  database.relationship.create({
    data: { subjectId, objectId, kind: 'HOLDS_OFFICE', ...span('start', '2020-01-01', '2020-01-01'), ...more },
  })

const cite = (relationshipId: string, sourceId: string) =>
  database.citation.create({ data: { relationshipId, sourceId, basis: 'STATED' } })

/** Creates an office that is cited. */
async function aCitedOffice(subjectId: string, objectId: string, more: Office = {}) {
  const office = await anOffice(subjectId, objectId, more)
  await cite(office.id, (await aSource()).id)
  return office
}

const isIn = async (eventId: string, actorId: string) =>
  (await database.eventActor.count({ where: { eventId, actorId } })) > 0

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

test.each(seeds)(
  'EventActor is correct after each change of an office, its holder, its sources or its events (%i)',
  async (seed) => {
    const { below, of } = chance(seed)
    const countries = [await country('BY'), await country('US')]
    const holders = [await aPerson(), await aPerson()]
    const sources = [await aSource(), await aSource()]
    const events = [await anEvent(), await anEvent(), await anEvent()]
    for (const { id } of events) await aParticipant(id, of(holders).id)
    const day = () => `20${19 + below(5)}-0${1 + below(9)}-01`
    const open = <T>(value: T) => (below(3) ? value : null)
    const start = () => (below(4) ? span('start', open(day()), null) : span('start', null, null))
    const startOf = (from = start()) => ({ ...from, startLatest: from.startEarliest })
    const endOf = () =>
      below(2)
        ? { endPrecision: null, endBasis: null, endEarliest: null, endLatest: null }
        : span('end', open('2024-01-01'), null)
    const window = () => {
      const days = [day(), day()].sort()
      return span('date', open(days[0] ?? null), open(days[1] ?? null))
    }
    for (let step = 0; step < 60; step++) {
      const [event, holder, source, state] = [of(events), of(holders), of(sources), of(countries)]
      const offices = await database.relationship.findMany({
        where: { subjectId: { in: holders.map(({ id }) => id) } },
      })
      const office = of(offices)
      const deed = below(10)
      if (deed === 0 || !office) await anOffice(holder.id, state.id, { ...startOf(), ...endOf() })
      else if (deed < 3) await cite(office.id, source.id)
      else if (deed === 3)
        await database.citation.deleteMany({ where: { relationshipId: office.id, sourceId: source.id } })
      else if (deed === 4)
        await database.relationship.update({
          where: { id: office.id },
          data: {
            subjectId: holder.id,
            objectId: state.id,
            kind: of(['HOLDS_OFFICE', 'HOLDS_OFFICE', 'REPRESENTS']),
            ...startOf(),
            ...endOf(),
          },
        })
      else if (deed === 5) await database.relationship.delete({ where: { id: office.id } })
      else if (deed === 6)
        await database.event.update({
          where: { id: event.id },
          data: { ...window(), origin: of(['EDITED', 'MACHINE_CODED']) },
        })
      else if (deed === 7) {
        const [part] = await database.eventParticipant.findMany({ where: { eventId: event.id } })
        if (part && below(2)) await database.eventParticipant.delete({ where: { id: part.id } })
        else if (part)
          await database.eventParticipant.update({
            where: { id: part.id },
            data: { onBehalfOfId: part.actorId === holder.id ? null : holder.id },
          })
        else await aParticipant(event.id, holder.id)
      } else if (deed === 8)
        await database.actor.update({ where: { id: holder.id }, data: { retractedAt: below(3) ? null : new Date() } })
      else
        await database.source.update({ where: { id: source.id }, data: { retractedAt: below(3) ? null : new Date() } })
      expect([seed, step, deed, await wrongRows()]).toEqual([seed, step, deed, []])
    }
  },
)

test.each([
  ['the whole time of the event', {}, span('date', '2021-01-01', '2021-01-31'), true],
  ['its first day', {}, on('2020-01-01'), true],
  ['its last day', span('end', '2020-06-30', '2020-06-30'), on('2020-06-30'), true],
  ['an open time, in an office without an end', {}, span('date', '2021-01-01', null), true],
  ['only a part of the time', span('end', '2021-01-15', '2021-01-15'), span('date', '2021-01-01', '2021-01-31'), false],
  [
    'perhaps only a part, since the end is not known exactly',
    span('end', '2021-01-15', '2021-12-31'),
    on('2021-02-01'),
    false,
  ],
  [
    'a time before the latest day on which it can have begun',
    span('start', '2020-01-01', '2020-12-31'),
    on('2020-06-01'),
    false,
  ],
  [
    'an open time, in an office with an end',
    span('end', '2030-01-01', '2030-01-01'),
    span('date', '2021-01-01', null),
    false,
  ],
  ['a time without a beginning', {}, span('date', null, '2021-01-31'), false],
  ['a time that is not known', {}, span('date', null, null), false],
  ['a time after an end that is not known', span('end', null, null), on('2021-01-01'), false],
  [
    'no known time',
    { startPrecision: null, startBasis: null, startEarliest: null, startLatest: null },
    on('2021-01-01'),
    false,
  ],
  ['no office, but represents the country', { kind: 'REPRESENTS' as const }, on('2021-01-01'), false],
])(
  'a country is in the event of someone who holds an office for it for %s: %s',
  async (_what, office: Office, window, counts) => {
    const [state, holder, envoy] = [await country('LT'), await aPerson(), await aPerson()]
    await aCitedOffice(holder.id, state.id, office)
    const [own, represented] = [await anEvent(window), await anEvent(window)]
    await aParticipant(own.id, holder.id)
    await aParticipant(represented.id, envoy.id, { onBehalfOfId: holder.id })
    expect([await isIn(own.id, state.id), await isIn(represented.id, state.id)]).toEqual([counts, counts])
  },
)

test('an office for a body that is no country, or without a citation, puts no country into an event', async () => {
  const [state, body, holder] = [await country('LT'), await anOrganization(), await aPerson()]
  await aCitedOffice(holder.id, body.id)
  await anOffice(holder.id, state.id)
  const event = await anEvent(on('2021-01-01'))
  await aParticipant(event.id, holder.id)
  const { length } = await database.eventActor.findMany({ where: { eventId: event.id } })
  expect(length).toBe(1)
})

test('a membership puts no country into an event of the union', async () => {
  const [member, union, event] = [await country('LT'), await anOrganization(), await anEvent(on('2021-01-01'))]
  const { id: sourceId } = await aSource()
  const since = span('start', '2004-05-01', '2004-05-01')
  const { id: relationshipId } = await database.relationship.create({
    data: { subjectId: member.id, objectId: union.id, kind: 'MEMBER_OF', ...since },
  })
  await database.citation.create({ data: { sourceId, relationshipId, basis: 'STATED' } })
  await aParticipant(event.id, union.id)
  expect(await isIn(event.id, member.id)).toBe(false)
})

test('a change of an office is a change of its holder, not of the events', async () => {
  const [state, holder, event] = [await country('LT'), await aPerson(), await anEvent(on('2021-01-01'))]
  await aParticipant(event.id, holder.id)
  const { version } = await database.event.findUniqueOrThrow({ where: { id: event.id } })
  await aCitedOffice(holder.id, state.id)
  expect(await isIn(event.id, state.id)).toBe(true)
  expect((await database.event.findUniqueOrThrow({ where: { id: event.id } })).version).toBe(version)
  expect((await database.actor.findUniqueOrThrow({ where: { id: holder.id } })).version).toBe(3)
})

test('of two transactions that cannot see each other, a participant of one is found by the office of the other', async () => {
  const [state, other] = [await country('LT'), await country('LV')]
  const office = async (holder: string, cited: string, of: () => Promise<void>) => {
    await database.$transaction(async (tx) => {
      const { id } = await tx.relationship.create({
        data: {
          subjectId: holder,
          objectId: cited,
          kind: 'HOLDS_OFFICE',
          ...span('start', '2020-01-01', '2020-01-01'),
        },
      })
      await tx.citation.create({ data: { relationshipId: id, sourceId: (await aSource()).id, basis: 'STATED' } })
      await of()
    })
  }
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
  const [holder, event] = [await aPerson(), await anEvent(on('2021-01-01'))]
  // The office is first, and waits for nobody.
  let later: Promise<unknown> = Promise.resolve()
  await office(holder.id, state.id, async () => {
    later = aParticipant(event.id, holder.id)
    await pause()
  })
  await later
  expect(await isIn(event.id, state.id)).toBe(true)
  // The date of the event is first.
  await database.$transaction(async (tx) => {
    await tx.event.update({ where: { id: event.id }, data: on('2022-01-01') })
    later = office(holder.id, other.id, async () => {})
    await pause()
  })
  await later
  expect([await isIn(event.id, other.id), await wrongRows()]).toEqual([true, []])
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
