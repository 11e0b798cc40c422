import { expect, test } from 'vitest'
import { ask, database } from '../client.ts'

const names = async (sql: string) => (await database.$queryRawUnsafe<{ name: string }[]>(sql)).map(({ name }) => name)

test('the database has all triggers, functions, views and CHECKs of the migrations', async () => {
  const found = {
    triggers: await names(
      `SELECT c.relname || '.' || t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
       WHERE NOT tgisinternal ORDER BY 1`,
    ),
    functions: await names(
      `SELECT p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1`,
    ),
    extensions: await names(`SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1`),
    views: await names(`SELECT viewname AS name FROM pg_views WHERE schemaname = 'public' ORDER BY 1`),
    checks: await names(
      `SELECT conname AS name FROM pg_constraint WHERE contype IN ('c', 'x') AND connamespace = 'public'::regnamespace ORDER BY 1`,
    ),
    partialIndexes: await names(
      `SELECT indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       WHERE indpred IS NOT NULL AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
    ),
  }
  await expect(JSON.stringify(found, null, 2)).toMatchFileSnapshot('guards.json')
})

const potash = { where: { slug: 'us-potash' } }
const state = () =>
  database.sanction.findUniqueOrThrow({ ...potash, select: { id: true, status: true, sortDate: true } })

test("a sanction's status cannot be set directly", async () => {
  const { id } = await state()
  await expect(database.sanction.update({ where: { id }, data: { status: 'LIFTED' } })).rejects.toThrow(
    /follow from its actions/,
  )
  const { authorityId } = await database.sanction.findUniqueOrThrow(potash)
  const made = { slug: 'made-up', title: 'Made up', authorityId, status: 'LIFTED' as const }
  await expect(database.sanction.create({ data: made })).rejects.toThrow(/follow from its actions/)
})

test('an action changes the status while its event has occurred and is not retracted', async () => {
  const { id } = await state()
  const { id: eventId } = await database.event.findUniqueOrThrow({ where: { slug: 'us-lifts-potash-sanctions' } })
  const day = new Date('2026-02-01')
  const date = { dateEarliest: day, dateLatest: day, datePrecision: 'DAY', dateBasis: 'STATED' } as const
  await database.sanctionAction.create({
    data: { sanctionId: id, kind: 'LIFTED', certainty: 'ASSERTED', eventId, ...date },
  })
  const seen = [(await state()).status]
  await database.event.update({ where: { id: eventId }, data: { status: 'OCCURRED' } })
  seen.push((await state()).status)
  const on =
    '{ sanction(by: { slug: "us-potash" }) { a: statusOn(date: "2026-01-31") b: statusOn(date: "2026-02-01") } }'
  expect((await ask(on)).data).toEqual({ sanction: { a: 'IN_FORCE', b: 'LIFTED' } })
  await database.event.update({ where: { id: eventId }, data: { retractedAt: new Date() } })
  seen.push((await state()).status)
  expect(seen).toEqual(['IN_FORCE', 'LIFTED', 'IN_FORCE'])
  expect(
    await names(`SELECT slug AS name FROM "Sanction" s JOIN "SanctionState" v ON v."sanctionId" = s.id
    WHERE (s.status, s."sortDate") IS DISTINCT FROM (v.status, v."sortDate")`),
  ).toEqual([])
})

test('the actors of an event follow from its participants, the actors they act for, its location and its date', async () => {
  const { id: eventId } = await database.event.findUniqueOrThrow({ where: { slug: 'lukashenko-trump-call' } })
  const country = (slug: string) => database.actor.findUniqueOrThrow({ where: { slug } })
  const who = async () =>
    (await database.eventActor.findMany({ where: { eventId }, include: { actor: true } }))
      .map(({ actor }) => actor.slug)
      .sort()
  expect(await who()).toEqual(['alexander-lukashenko', 'belarus', 'donald-trump', 'ukraine', 'united-states'])
  await database.eventParticipant.updateMany({
    where: { eventId, onBehalfOf: { slug: 'belarus' } },
    data: { onBehalfOfId: null },
  })
  await database.eventParticipant.deleteMany({
    where: { eventId, actor: { slug: { in: ['donald-trump', 'ukraine'] } } },
  })
  // Lukashenko holds office for Belarus.
  expect(await who()).toEqual(['alexander-lukashenko', 'belarus'])
  await database.relationship.deleteMany({ where: { subject: { slug: 'alexander-lukashenko' } } })
  await database.event.update({ where: { id: eventId }, data: { locationId: (await country('china')).id } })
  expect(await who()).toEqual(['alexander-lukashenko', 'china'])
  await database.event.update({ where: { id: eventId }, data: { dateEarliest: new Date('2025-08-15') } })
  const dates = await database.eventActor.findMany({ where: { eventId } })
  expect(dates.map(({ eventDate }) => eventDate.toISOString().slice(0, 10))).toEqual(['2025-08-15', '2025-08-15'])
})

test('references must have actors of the right kind, and the kind of an actor cannot change', async () => {
  const { id } = await database.actor.findUniqueOrThrow({ where: { slug: 'donald-trump' } })
  const call = { where: { slug: 'lukashenko-trump-call' } }
  await expect(database.event.update({ ...call, data: { locationId: id } })).rejects.toThrow(/has to be a COUNTRY/)
  await expect(database.actor.update({ where: { id }, data: { kind: 'GROUP' } })).rejects.toThrow(
    /cannot change from PERSON/,
  )
  const bare = { slug: 'atlantis', name: 'Atlantis', kind: 'COUNTRY' as const }
  await expect(database.actor.create({ data: bare })).rejects.toThrow(/no row that says what is particular/)
})
