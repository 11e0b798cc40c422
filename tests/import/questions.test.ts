// Questions "what restricts X on day D, as known at K" over two snapshots of the SDN list and the corrections of an editor. The answers
// about listings follow from the raw files, and all others from docs/status.md.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { beforeAll, expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { ask, database, read } from '../client.ts'
import { anEditor, day, newEvent } from '../schema/mutation/editor.ts'
import { importFolder } from './run.ts'

/** The snapshots, each with the folder of its files. */
const snapshots = { '2019-01-15': 'ofac-2019', '2021-07-07': 'ofac-2021' }
const [first, second] = Object.keys(snapshots) as [string, string]
const folderOf = (asOf: string) =>
  fileURLToPath(new URL(`data/${snapshots[asOf as keyof typeof snapshots]}/`, import.meta.url))

// ---------------------------------------------------------------- what the raw files tell

/** By snapshot: its listings, each as "entry programme". */
const listings = new Map(
  [first, second].map((asOf) => {
    const rows: string[][] = parse(readFileSync(`${folderOf(asOf)}sdn.csv`, 'latin1'), { relax_column_count: true })
    const full = rows.filter((row) => row.length === 12)
    return [asOf, full.flatMap(([entry, , , programmes = '']) => programmes.split('] [').map((p) => `${entry} ${p}`))]
  }),
)

/** By snapshot: the SHA-256 hashes of its files. */
const hashes = new Map(
  [first, second].map((asOf) => {
    const contents = readdirSync(folderOf(asOf)).map((name) => readFileSync(folderOf(asOf) + name))
    return [asOf, contents.map((content) => createHash('sha256').update(content).digest('hex'))]
  }),
)

/** Returns the restriction by a listing, from the snapshots that are known; undefined if none of them has the listing. */
function listed(listing: string, on: string, known: readonly string[]): string | undefined {
  const [from, ...later] = known.filter((asOf) => listings.get(asOf)?.includes(listing))
  if (!from) return undefined
  const last = later.at(-1) ?? from
  const absent = known.find((asOf) => asOf > last)
  let status = on < from ? 'UNKNOWN' : 'IN_FORCE'
  if (absent && on > last) status = on < absent ? 'UNKNOWN' : 'LIFTED'
  const count = new Set([from, last].flatMap((asOf) => hashes.get(asOf) ?? [])).size
  return `${listing.split(' ')[1]} ${status} PARTY, until ${last}, ${count} files`
}

const listingsOf = (entry: string) =>
  [...new Set([...listings.values()].flat())].filter((listing) => listing.startsWith(`${entry} `))

// ---------------------------------------------------------------- the history

/** The times at which something had become known, in this order. */
const moments = [
  'nothing',
  'the list of 2019',
  'a stated listing',
  'a wrong delisting',
  'its correction',
  'a suspension',
  'a lifting in a month',
  'an imposition again',
  'BELARUS suspended',
  'BELARUS lifted',
  'SDNTK eased',
  'IRAQ2 retracted',
  'IRAQ2 restored',
  'a merge',
  'a licence',
  'its extension',
  'its revocation',
  'announcements',
  'their cancellation',
  'a rumour',
  'the list of 2021',
  'a stated delisting',
  'the end of the merge',
] as const
type Moment = (typeof moments)[number]
/** The change log's time of the wrong delisting, and the millisecond before. */
type Known = Moment | 'the very commit' | 'just before the commit'

const listsKnown = (known: Known) => {
  const place = moments.indexOf(known as Moment)
  if (place < 0) return [first]
  return [first, second].slice(0, [1, moments.indexOf('the list of 2021')].filter((from) => from <= place).length)
}

interface Question {
  asked: string
  entry: string
  on: string
  known: Known
  /** In the order of their names. */
  restrictions: string[]
}

/** Reads a table: the question, the entry, the day, the time of knowledge, and the restrictions. */
const questionsIn = (table: string): Question[] =>
  table
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [asked = '', entry = '', on = '', known = '', answer = ''] = line.split(' | ')
      return { asked, entry, on, known: known as Known, restrictions: answer === 'nothing' ? [] : answer.split('; ') }
    })

const year2020 = '2020-01-01'

/** Questions that the lists alone answer. */
const byLists = questionsIn(`
an entry before any import | 36 | 2019-01-15 | nothing | nothing
it the day before the list | 173 | 2019-01-14 | the list of 2019 | CUBA UNKNOWN PARTY, until 2019-01-15, 3 files
it on the day of the list | 173 | 2019-01-15 | the list of 2019 | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
an entry that is to leave, before that is known | 587 | 2100-01-01 | the list of 2019 | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
an entry that left, on the last day with it | 587 | 2019-01-15 | the list of 2021 | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
it on the day after | 587 | 2019-01-16 | the list of 2021 | CUBA UNKNOWN PARTY, until 2019-01-15, 3 files
it the day before the list without it | 587 | 2021-07-06 | the list of 2021 | CUBA UNKNOWN PARTY, until 2019-01-15, 3 files
it on the day of the list without it | 587 | 2021-07-07 | the list of 2021 | CUBA LIFTED PARTY, until 2019-01-15, 3 files
an entry that came, before that is known | 23470 | 2021-07-07 | the list of 2019 | nothing
it the day before the first list with it | 23470 | 2021-07-06 | the list of 2021 | IRAN UNKNOWN PARTY, until 2021-07-07, 4 files; IRAN-TRA UNKNOWN PARTY, until 2021-07-07, 4 files
it on the day of the first list with it | 23470 | 2021-07-07 | the list of 2021 | IRAN IN_FORCE PARTY, until 2021-07-07, 4 files; IRAN-TRA IN_FORCE PARTY, until 2021-07-07, 4 files
an entry that changed its programme, between the lists | 2682 | 2020-01-01 | the list of 2021 | SDGT UNKNOWN PARTY, until 2021-07-07, 4 files; SDT UNKNOWN PARTY, until 2019-01-15, 3 files
it after both lists | 2682 | 2021-07-08 | the list of 2021 | SDGT IN_FORCE PARTY, until 2021-07-07, 4 files; SDT LIFTED PARTY, until 2019-01-15, 3 files
an entry that came under more programmes | 4632 | 2021-07-06 | the list of 2021 | IFSR UNKNOWN PARTY, until 2021-07-07, 4 files; IRAN IN_FORCE PARTY, until 2021-07-07, 7 files; IRGC UNKNOWN PARTY, until 2021-07-07, 4 files; SDGT UNKNOWN PARTY, until 2021-07-07, 4 files
`)

/** Questions about what an editor wrote. */
const byEdits = questionsIn(`
an entry on the day of listing that was stated later | 36 | 1986-12-10 | the list of 2019 | CUBA UNKNOWN PARTY, until 2019-01-15, 3 files
it the day before the stated day | 36 | 1986-12-09 | a stated listing | CUBA UNKNOWN PARTY, until 2019-01-15, 3 files
it on the stated day | 36 | 1986-12-10 | a stated listing | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
# The second list has the entry, and no other day.
it on the stated day, after the second list | 36 | 1986-12-10 | the list of 2021 | CUBA IN_FORCE PARTY, until 2021-07-07, 7 files
a wrong delisting, just before | 306 | 2020-03-01 | just before the commit | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
a wrong delisting, from its commit on | 306 | 2020-03-01 | the very commit | CUBA LIFTED PARTY, until 2019-01-15, 3 files
# The day before a delisting of one day has no doubt.
a wrong delisting, the day before it | 306 | 2020-02-29 | a wrong delisting | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
a wrong delisting, corrected | 306 | 2020-03-01 | its correction | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
a suspension, the day before | 173 | 2019-05-31 | an imposition again | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
a suspension, on its day | 173 | 2019-06-01 | an imposition again | CUBA SUSPENDED PARTY, until 2019-01-15, 3 files
the end of March before the lifting is known | 173 | 2020-03-31 | a suspension | CUBA SUSPENDED PARTY, until 2019-01-15, 3 files
a lifting in March, before March | 173 | 2020-02-29 | a lifting in a month | CUBA SUSPENDED PARTY, until 2019-01-15, 3 files
# It may have been lifted on any day of March.
a lifting in March, on the first day | 173 | 2020-03-01 | a lifting in a month | CUBA UNKNOWN PARTY, until 2019-01-15, 3 files
a lifting in March, on the last day | 173 | 2020-03-31 | a lifting in a month | CUBA LIFTED PARTY, until 2019-01-15, 3 files
an imposition in September or later, before | 173 | 2020-08-31 | an imposition again | CUBA LIFTED PARTY, until 2019-01-15, 3 files
# Without a last day, it may be any day until the day of the question.
an imposition in September or later, in September | 173 | 2020-09-01 | the list of 2021 | CUBA UNKNOWN PARTY, until 2021-07-07, 7 files
an imposition in September or later, after today | 173 | 2100-01-01 | the list of 2021 | CUBA IN_FORCE PARTY, until 2021-07-07, 7 files
a suspended programme, the day before | 9760 | 2020-05-31 | BELARUS suspended | BELARUS IN_FORCE PARTY, until 2019-01-15, 3 files
# The stronger of the status of the listing and that of the sanction.
a suspended programme, on the day | 9760 | 2020-06-01 | BELARUS suspended | BELARUS SUSPENDED PARTY, until 2019-01-15, 3 files
a lifted programme | 9760 | 2020-12-01 | BELARUS lifted | BELARUS LIFTED PARTY, until 2019-01-15, 3 files
# The list of 2021 still has the entry: the sources contradict each other.
a lifted programme whose list still has the entry | 9760 | 2020-12-01 | the list of 2021 | BELARUS UNKNOWN PARTY, until 2021-07-07, 7 files
it the day before the lifting | 9760 | 2020-11-30 | the list of 2021 | BELARUS SUSPENDED PARTY, until 2021-07-07, 7 files
an eased programme, the day before | 12343 | 2019-01-15 | SDNTK eased | SDNTK IN_FORCE PARTY, until 2019-01-15, 3 files
an eased programme, on the day | 12343 | 2019-01-16 | the list of 2021 | SDNTK EASED PARTY, until 2021-07-07, 7 files
# It may have been listed on the day of the easing, before it: then the easing concerns it.
an entry that may have come on the day of the easing | 23023 | 2021-07-07 | the list of 2021 | SDNTK UNKNOWN PARTY, until 2021-07-07, 4 files
a retracted sanction | 2831 | 2020-01-01 | IRAQ2 retracted | nothing
a sanction that was retracted and restored | 2831 | 2020-01-01 | IRAQ2 restored | IRAQ2 IN_FORCE PARTY, until 2019-01-15, 3 files
the survivor of a merge, before | 11748 | 2020-01-01 | IRAQ2 restored | SOMALIA IN_FORCE PARTY, until 2019-01-15, 3 files
the survivor of a merge | 11748 | 2020-01-01 | a merge | SDGT IN_FORCE PARTY, until 2019-01-15, 3 files; SOMALIA IN_FORCE PARTY, until 2019-01-15, 3 files
the other actor of a merge, after the second list | 9584 | 2020-01-01 | the list of 2021 | SDGT IN_FORCE PARTY, until 2021-07-07, 7 files; SOMALIA IN_FORCE PARTY, until 2021-07-07, 7 files
the survivor after the merge was undone | 11748 | 2020-01-01 | the end of the merge | SOMALIA IN_FORCE PARTY, until 2021-07-07, 7 files
the other actor after the merge was undone | 9584 | 2020-01-01 | the end of the merge | SDGT IN_FORCE PARTY, until 2021-07-07, 7 files
a licence, the day before | 12252 | 2019-02-28 | a licence | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files
a licence, on its first day | 12252 | 2019-03-01 | a licence | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files, Winding down
a licence, on its last day | 12252 | 2019-09-30 | a licence | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files, Winding down
# The end of a licence is not the end of the sanction.
a licence that has ended | 12252 | 2019-10-01 | a licence | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files
# One licence on the whole sanction, and one on this listing only.
two licences on one of six listings | 10391 | 2019-06-01 | a licence | HRIT-IR IN_FORCE PARTY, until 2019-01-15, 3 files; IFSR IN_FORCE PARTY, until 2019-01-15, 3 files; IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files, Winding down, For one target; IRGC IN_FORCE PARTY, until 2019-01-15, 3 files; NPWMD IN_FORCE PARTY, until 2019-01-15, 3 files; SDGT IN_FORCE PARTY, until 2019-01-15, 3 files
an extended licence, on the last day | 12252 | 2020-03-31 | its extension | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files, Winding down
an extended licence, the day after | 12252 | 2020-04-01 | its extension | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files
# It may have been valid for a part of the day of its revocation.
a revoked licence, on the day | 12252 | 2020-01-15 | its revocation | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files, Winding down
a revoked licence, the day after | 12252 | 2020-01-16 | its revocation | IRAN-HR IN_FORCE PARTY, until 2019-01-15, 3 files
the announced end of a listing, after its day | 23279 | 2021-07-06 | the list of 2021 | GLOMAG IN_FORCE PARTY, until 2021-07-07, 7 files
the planned end of an undated ban, the day before | 25736 | 2020-09-30 | announcements | A ban on port calls UNKNOWN GOODS, until null, 0 files; IRAN IN_FORCE PARTY, until 2019-01-15, 3 files
# What is still to be lifted is in force.
the planned end of an undated ban, on its day | 25736 | 2020-10-01 | announcements | A ban on port calls IN_FORCE GOODS, until null, 0 files; IRAN IN_FORCE PARTY, until 2019-01-15, 3 files
# Nothing supports another status.
the cancelled end of an undated ban | 25736 | 2020-10-01 | their cancellation | A ban on port calls UNKNOWN GOODS, until null, 0 files; IRAN IN_FORCE PARTY, until 2019-01-15, 3 files
a sector measure before the freeze of its target | 15117 | 2019-01-14 | announcements | A ban on dealings IN_FORCE SECTOR, until null, 0 files; IFCA UNKNOWN PARTY, until 2019-01-15, 3 files; IRAN UNKNOWN PARTY, until 2019-01-15, 3 files
a sector measure before its imposition | 15117 | 2018-11-04 | announcements | A ban on dealings UNKNOWN SECTOR, until null, 0 files; IFCA UNKNOWN PARTY, until 2019-01-15, 3 files; IRAN UNKNOWN PARTY, until 2019-01-15, 3 files
a sector measure that is planned to end, and freezes | 15117 | 2020-10-01 | announcements | A ban on dealings IN_FORCE SECTOR, until null, 0 files; IFCA IN_FORCE PARTY, until 2019-01-15, 3 files; IRAN IN_FORCE PARTY, until 2019-01-15, 3 files
a sector measure whose end was cancelled, and freezes | 15117 | 2021-07-07 | the list of 2021 | A ban on dealings IN_FORCE SECTOR, until null, 0 files; IFCA IN_FORCE PARTY, until 2021-07-07, 7 files; IFSR IN_FORCE PARTY, until 2021-07-07, 4 files; IRAN IN_FORCE PARTY, until 2021-07-07, 7 files; SDGT IN_FORCE PARTY, until 2021-07-07, 4 files
a lifting that is only possible | 4234 | 2020-01-01 | a rumour | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
an entry that left, before the stated day of delisting | 587 | 2020-03-31 | a stated delisting | CUBA IN_FORCE PARTY, until 2019-01-15, 3 files
it on the stated day | 587 | 2020-04-01 | a stated delisting | CUBA LIFTED PARTY, until 2019-01-15, 3 files
`)
const questions = [...byLists, ...byEdits]

// ---------------------------------------------------------------- asking

const FIELDS =
  'target { slug } sanction { program title } status scope confirmedUntil licences { title } files authority { slug }'

interface Restriction {
  target: { slug: string }
  sanction: { program: string | null; title: string }
  status: string
  scope: string
  confirmedUntil: string | null
  licences: { title: string }[]
  files: string[]
  authority: { slug: string }
}

/** Returns a restriction in the words of the table. Fails if its files are not those of the snapshots. */
function inWords({ sanction, status, scope, confirmedUntil, licences, files, authority }: Restriction): string {
  const [older = [], newer = []] = [first, second].map((asOf) => hashes.get(asOf))
  const expected = { 0: [], 3: older, 4: newer, 7: [...older, ...newer] }[files.length]
  expect(files).toEqual(expected?.toSorted())
  expect(authority.slug).toBe('united-states')
  const name = sanction.program ?? sanction.title
  const words = `${name} ${status} ${scope}, until ${confirmedUntil}, ${files.length} files`
  return [words, ...licences.map(({ title }) => title)].join(', ')
}

const times = new Map<Known, string>()
const ids = new Map<string, string>()

/** Returns what restricts an entry; nothing if there is no such actor yet. */
async function restrictionsOf(entry: string, on: string, at?: string): Promise<string[]> {
  const id = ids.get(entry)
  if (!id) return []
  const { actor } = await read<{ actor: { restrictions: Restriction[] } }>(
    `query ($id: ID!, $on: Date!, $at: DateTime) { actor(by: { id: $id }) { restrictions(on: $on, knownAt: $at) { ${FIELDS} } } }`,
    { id, on, at },
  )
  return actor.restrictions.map(inWords).sort()
}

/** By question: the answer that was given when nothing later was known. */
const answersThen = new Map<Question, string[]>()

const capital = (kind: string) => kind.charAt(0) + kind.slice(1).toLowerCase()

/** Notes the time, and asks the questions of a moment. */
async function note(moment: Moment): Promise<void> {
  await sleep(3)
  times.set(moment, new Date().toISOString())
  for (const { id, kind, slug } of await database.actor.findMany({ where: { slug: { startsWith: 'ofac-sdn-' } } }))
    ids.set(slug.slice('ofac-sdn-'.length), writeId(capital(kind), id))
  for (const question of questions)
    if (question.known === moment) answersThen.set(question, await restrictionsOf(question.entry, question.on))
  await sleep(3)
}

beforeAll(async () => {
  const editor = await anEditor()
  const sanctionOf = async (program: string) =>
    writeId('Sanction', (await database.sanction.findFirstOrThrow({ where: { program } })).id)
  const target = async (entry: string, program: string) => {
    const found = await database.sanctionTarget.findFirstOrThrow({ where: { listingId: entry, sanction: { program } } })
    return writeId('SanctionTarget', found.id)
  }
  const actorOf = (entry: string) => ids.get(entry)
  const act = async (program: string, kind: string, date: object, entry?: string, more: object = {}) =>
    editor.done('sanctionActionAdd', {
      sanction: await sanctionOf(program),
      ...(entry && { target: await target(entry, program) }),
      ...{ kind, date, certainty: 'ASSERTED', ...more },
    })
  const update = async (entry: string, change: object) =>
    editor.done('sanctionTargetUpdate', { id: await target(entry, 'CUBA'), ...change })

  await note('nothing')
  await importFolder(ofac, folderOf(first), { asOf: first })
  await note('the list of 2019')
  await update('36', { listed: day('1986-12-10') })
  await note('a stated listing')
  await update('306', { delisted: day('2020-03-01') })
  await recordCommit(await sanctionOf('CUBA'))
  await note('a wrong delisting')
  await update('306', { delisted: null })
  await note('its correction')
  await act('CUBA', 'SUSPENDED', day('2019-06-01'), '173')
  await note('a suspension')
  const march = { earliest: '2020-03-01', latest: '2020-03-31', precision: 'MONTH', basis: 'STATED' }
  await act('CUBA', 'LIFTED', march, '173')
  await note('a lifting in a month')
  await act('CUBA', 'REIMPOSED', { earliest: '2020-09-01', precision: 'UNKNOWN', basis: 'STATED' }, '173')
  await note('an imposition again')
  await act('BELARUS', 'SUSPENDED', day('2020-06-01'))
  await note('BELARUS suspended')
  await act('BELARUS', 'LIFTED', day('2020-12-01'))
  await note('BELARUS lifted')
  await act('SDNTK', 'EASED', day('2019-01-16'))
  await note('SDNTK eased')
  await editor.done('sanctionRetract', { id: await sanctionOf('IRAQ2') })
  await note('IRAQ2 retracted')
  await editor.done('sanctionRestore', { id: await sanctionOf('IRAQ2') })
  await note('IRAQ2 restored')
  const merged = actorOf('9584')
  await editor.done('actorMerge', { id: merged, into: actorOf('11748') })
  await note('a merge')

  const { id: us } = await database.actor.findUniqueOrThrow({ where: { slug: 'united-states' } })
  const authority = writeId('Country', us)
  const licence = async (title: string, more: object) => {
    const input = { sanction: await sanctionOf('IRAN-HR'), authority, title, scope: 'winding down', ...more }
    const added = await editor.done(
      'sanctionLicenceAdd',
      { ...input, certainty: 'ASSERTED' },
      { select: 'licence { id }' },
    )
    return added.licence.id
  }
  const id = await licence('Winding down', { from: day('2019-03-01'), to: day('2019-09-30') })
  await licence('For one target', { from: day('2019-05-01'), target: await target('10391', 'IRAN-HR') })
  await act('IRAN-HR', 'LICENSED', day('2019-03-01'))
  await note('a licence')
  await editor.done('sanctionLicenceUpdate', { id, extended: day('2020-03-31') })
  await note('its extension')
  await editor.done('sanctionLicenceUpdate', { id, revoked: day('2020-01-15') })
  await note('its revocation')

  await act('GLOMAG', 'LIFT_ANNOUNCED', day('2020-02-01'), '23279')
  const plan = newEvent('A plan', { status: 'PROSPECTIVE', date: day('2020-10-01') })
  const { event } = await editor.done('eventCreate', plan, { select: 'event { id }' })
  const planned = { kind: 'LIFTED', date: day('2020-10-01'), event: event.id, certainty: 'ASSERTED' }
  const imposed = { kind: 'IMPOSED', date: day('2018-11-05'), certainty: 'ASSERTED' }
  await editor.done('sanctionCreate', {
    ...{ title: 'A ban on port calls', authority, measures: ['TRADE_RESTRICTION'] },
    ...{ targets: [{ actor: actorOf('25736') }], actions: [planned] },
  })
  await editor.done('sanctionCreate', {
    ...{ title: 'A ban on dealings', authority, measures: ['SECTORAL'], sector: 'shipping' },
    ...{ targets: [{ actor: actorOf('15117') }], actions: [imposed, planned] },
  })
  await note('announcements')
  await editor.done('eventUpdate', { id: event.id, status: 'CANCELLED' })
  await note('their cancellation')
  await act('CUBA', 'LIFTED', day('2019-12-01'), '4234', { certainty: 'POSSIBLE' })
  await note('a rumour')
  await importFolder(ofac, folderOf(second), { asOf: second })
  await note('the list of 2021')
  await update('587', { delisted: day('2020-04-01') })
  await note('a stated delisting')
  await editor.done('actorUnmerge', { id: merged })
  await note('the end of the merge')
  // As autovacuum does. Without statistics, the listings would be computed again for each actor.
  await database.$executeRaw`ANALYZE`
})

/** Notes when the change log says that the last change of a sanction was committed. */
async function recordCommit(id: string): Promise<void> {
  const { changes } = await read<{ changes: { nodes: { committedAt: string }[] } }>(
    'query ($id: ID!) { changes(first: 100, where: { ids: [$id] }) { nodes { committedAt } } }',
    { id },
  )
  const commit = changes.nodes.at(-1)?.committedAt ?? ''
  times.set('the very commit', commit)
  times.set('just before the commit', new Date(Date.parse(commit) - 1).toISOString())
}

// ---------------------------------------------------------------- tests

test.each(byLists)('the raw files answer: $asked ($entry on $on, known: $known)', (question) => {
  const { entry, on, known, restrictions } = question
  const answer = listingsOf(entry).flatMap((listing) => listed(listing, on, listsKnown(known)) ?? [])
  expect(answer.sort()).toEqual(restrictions)
})

test.each(questions)('$asked ($entry on $on, known: $known)', async (question) => {
  const { entry, on, known, restrictions } = question
  const at = times.get(known)
  expect(at).toBeDefined()
  if (moments.includes(known as Moment)) expect(answersThen.get(question), 'asked at the time').toEqual(restrictions)
  expect(await restrictionsOf(entry, on, at), 'asked later').toEqual(restrictions)
})

test('what is known now is what was known last', async () => {
  for (const { entry, on, known, restrictions } of questions)
    if (known === moments.at(-1)) expect(await restrictionsOf(entry, on)).toEqual(restrictions)
})

/** The listings that an editor's facts concern. */
const isEdited = (listing: string) => / (BELARUS|SDNTK|IRAN-HR)$|^(36|173|9584|11748) /.test(listing)

test.each(['2019-01-14', '2019-01-15', '2019-01-16', year2020, '2021-07-06', '2021-07-07', '2021-07-08'])(
  'all listings that nobody edited have the status that the raw files tell of %s',
  async (on) => {
    for (const known of ['the list of 2019', 'the list of 2021'] as const) {
      const all = [...new Set([...listings.values()].flat())].filter((listing) => !isEdited(listing))
      const expected = all.flatMap((listing) => {
        const words = listed(listing, on, listsKnown(known))
        return words ? [`${listing.split(' ')[0]} ${words}`] : []
      })
      expect(expected.length).toBeGreaterThan(40)
      expect((await everything(on, known)).toSorted()).toEqual(expected.sort())
    }
  },
)

/** Returns all restrictions by listings that nobody edited. */
async function everything(on: string, known: Known): Promise<string[]> {
  const { restrictions } = await read<{ restrictions: { nodes: Restriction[]; totalCount: number } }>(
    `query ($on: Date!, $at: DateTime) {
      restrictions(on: $on, knownAt: $at, first: 100, where: { target: { slug: { startsWith: "ofac-sdn-" } }, scope: { eq: PARTY } }) {
        totalCount nodes { ${FIELDS} } } }`,
    { on, at: times.get(known) },
  )
  expect(restrictions.nodes.length).toBe(restrictions.totalCount)
  return restrictions.nodes.flatMap((each) => {
    const entry = each.target.slug.slice('ofac-sdn-'.length)
    return isEdited(`${entry} ${each.sanction.program}`) ? [] : [`${entry} ${inWords(each)}`]
  })
}

test('what was known before the database recorded it is refused, and answered from then on', async () => {
  const query =
    'query ($at: DateTime) { restrictions(on: "2020-01-01", knownAt: $at, where: { target: { slug: { startsWith: "ofac-sdn-" } } }) { totalCount } }'
  const early = await ask(query, { at: '2019-01-15T00:00:00Z' })
  expect(early.errors).toMatchObject([{ extensions: { code: 'KNOWN_AT_TOO_EARLY' } }])
  const [since = ''] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(early.errors?.[0]?.message ?? '') ?? []
  expect((await ask(query, { at: since })).data).toEqual({ restrictions: { totalCount: 0 } })
  const before = await ask(query, { at: new Date(Date.parse(since) - 1).toISOString() })
  expect(before.errors).toMatchObject([{ extensions: { code: 'KNOWN_AT_TOO_EARLY' } }])
})
