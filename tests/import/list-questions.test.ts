// Questions "what restricts X on day D, as known at K" over the lists of the US, the EU, the UN and the UK and the ban on potash. The
// answers follow from the raw files and docs/status.md, and were worked out by hand; those of all listings by a few lines.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { beforeAll, expect, test } from 'vitest'
import { euFsf } from '../../src/import/formats/eu-fsf/eu-fsf.ts'
import { euJournal } from '../../src/import/formats/eu-journal/eu-journal.ts'
import type { Format } from '../../src/import/formats/format.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { uk } from '../../src/import/formats/uk/uk.ts'
import { un } from '../../src/import/formats/un/un.ts'
import { database, idOf, read } from '../client.ts'
import { anEditor, day } from '../schema/mutation/editor.ts'
import { importFolder, importText } from './run.ts'

const at = (name: string) => fileURLToPath(new URL(`data/${name}`, import.meta.url))
const textOf = (name: string) => readFileSync(at(name), 'utf8')

const annexes = textOf('eu-journal/32006R0765.csv')
const laterAnnexes = annexes.replace(/\n32006R0765,(29|56),[\s\S]*?(?=\n32006R0765)/g, '')
/** Both extracts of the list of the United Nations as one list. */
const unList = textOf('un/consolidated.xml').replace(
  '</INDIVIDUALS>',
  `${/<INDIVIDUALS>([\s\S]*)<\/INDIVIDUALS>/.exec(textOf('un-joined/consolidated.xml'))?.[1]}</INDIVIDUALS>`,
)
const laterUnList = unList.replace(/ *<INDIVIDUAL>\n[\s\S]*?<\/INDIVIDUAL>\n/g, (entry) =>
  />(CFi.013|TAi.007)/.test(entry) ? '' : entry,
)

/** What became known, in this order. */
const moments = [
  'nothing',
  'the older lists',
  'the UN list',
  'the annexes',
  'amending acts',
  'the UK list',
  'a merge',
  'a later UN list',
  'later annexes',
  'a stated delisting',
  'the end of the merge',
] as const
type Moment = (typeof moments)[number]

interface Question {
  asked: string
  /** An identifier of the actor. */
  actor: string
  on: string
  known: Moment
  restrictions: string[]
}

const questions = `
Lukashenko by the EU the day before | EU_JOURNAL:32006R0765/I.A/45 | 2020-11-05 | the annexes | EU EU-BLR ASSET_FREEZE UNKNOWN PARTY until 2026-04-24
Lukashenko by the EU on the day | EU_JOURNAL:32006R0765/I.A/45 | 2020-11-06 | the annexes | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-04-24
Lukashenko by the US, before the merge | OFAC_SDN:9760 | 2020-11-06 | the annexes | US BELARUS ASSET_FREEZE IN_FORCE PARTY until 2021-07-07
Lukashenko by both | OFAC_SDN:9760 | 2020-11-06 | a merge | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-04-24; US BELARUS ASSET_FREEZE IN_FORCE PARTY until 2021-07-07
Lukashenko by both, before either list | OFAC_SDN:9760 | 2018-01-01 | a merge | EU EU-BLR ASSET_FREEZE UNKNOWN PARTY until 2026-04-24; US BELARUS ASSET_FREEZE UNKNOWN PARTY until 2021-07-07
Lukashenko by both, between the lists | EU_JOURNAL:32006R0765/I.A/45 | 2019-01-15 | later annexes | EU EU-BLR ASSET_FREEZE UNKNOWN PARTY until 2026-09-01; US BELARUS ASSET_FREEZE IN_FORCE PARTY until 2021-07-07
Lukashenko by the US after the merge was undone | OFAC_SDN:9760 | 2026-10-01 | the end of the merge | US BELARUS ASSET_FREEZE IN_FORCE PARTY until 2021-07-07
Lukashenko by the EU after the merge was undone | EU_JOURNAL:32006R0765/I.A/45 | 2026-10-01 | the end of the merge | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-09-01
Belaruskali the day before | EU_JOURNAL:32006R0765/I.B/28 | 2022-06-02 | the annexes | EU EU-BLR ASSET_FREEZE UNKNOWN PARTY until 2026-04-24
Belaruskali on the day: its listing, not the ban on potash | EU_JOURNAL:32006R0765/I.B/28 | 2022-06-03 | the annexes | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-04-24
Belaruskali before any list was known | EU_JOURNAL:32006R0765/I.B/28 | 2022-06-03 | the UN list | nothing
Belarus the day before the EU's ban on potash | ISO3166:BY | 2021-06-24 | nothing | EU EU-BLR TRADE_RESTRICTION UNKNOWN GOODS until null; US US restrictions on Belarus - UNKNOWN PARTY until null; US US sanctions on Belarusian potash - UNKNOWN SECTOR until null
Belarus on the day of the EU's ban on potash | ISO3166:BY | 2021-06-25 | nothing | EU EU-BLR TRADE_RESTRICTION IN_FORCE GOODS until null; US US restrictions on Belarus - UNKNOWN PARTY until null; US US sanctions on Belarusian potash - UNKNOWN SECTOR until null
# What is still to be lifted is in force.
Belarus after the announcement of the US | ISO3166:BY | 2026-01-01 | the end of the merge | EU EU-BLR TRADE_RESTRICTION IN_FORCE GOODS until null; US US restrictions on Belarus - IN_FORCE PARTY until null; US US sanctions on Belarusian potash - IN_FORCE SECTOR until null
a company under an asset freeze, whose namesake is under an export control | EU_JOURNAL:32006R0765/I.B/51 | 2026-05-01 | the annexes | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-04-24
the namesake under an export control, the day before the list | EU_JOURNAL:32006R0765/V/legmash-plant-ojsc | 2026-04-23 | the annexes | EU EU-BLR TRADE_RESTRICTION UNKNOWN PARTY until 2026-04-24
the namesake under an export control, on the day of the list | EU_JOURNAL:32006R0765/V/legmash-plant-ojsc | 2026-04-24 | the annexes | EU EU-BLR TRADE_RESTRICTION IN_FORCE PARTY until 2026-04-24
a bank in an annex without days | EU_JOURNAL:32006R0765/IX/belagroprombank | 2022-03-20 | the annexes | EU EU-BLR FINANCIAL_RESTRICTION UNKNOWN PARTY until 2026-04-24
a bank in an annex with days | EU_JOURNAL:32006R0765/XV/belagroprombank | 2022-03-20 | the annexes | EU EU-BLR FINANCIAL_RESTRICTION IN_FORCE PARTY until 2026-04-24
an entry that is to be listed, on the day of the list | EU_JOURNAL:32006R0765/XXXIV/belarusian-digital-rouble | 2026-04-24 | the annexes | EU EU-BLR FINANCIAL_RESTRICTION UNKNOWN PARTY until 2026-04-24
an entry that is to be listed, on its day | EU_JOURNAL:32006R0765/XXXIV/belarusian-digital-rouble | 2026-05-24 | the annexes | EU EU-BLR FINANCIAL_RESTRICTION IN_FORCE PARTY until 2026-04-24
an entry of an amending act, before that is known | EU_JOURNAL:32006R0765/I.B/62 | 2026-07-23 | the annexes | nothing
an entry of an amending act, the day before | EU_JOURNAL:32006R0765/I.B/62 | 2026-07-22 | amending acts | EU EU-BLR ASSET_FREEZE UNKNOWN PARTY until 2026-07-23
an entry of an amending act, on the day | EU_JOURNAL:32006R0765/I.B/62 | 2026-07-23 | amending acts | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-07-23
# The act has no day for it, and was imported as of this day.
an entry of an amending act without a day, before | EU_JOURNAL:32006R0765/V/chip-and-dip-llc | 2026-07-23 | amending acts | EU EU-BLR TRADE_RESTRICTION UNKNOWN PARTY until 2026-07-24
an entry of an amending act without a day, from the import on | EU_JOURNAL:32006R0765/V/chip-and-dip-llc | 2026-07-24 | amending acts | EU EU-BLR TRADE_RESTRICTION IN_FORCE PARTY until 2026-07-24
an entry that an amending act does not have | EU_JOURNAL:32006R0765/I.B/29 | 2026-08-01 | amending acts | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-04-24
a ship under two measures | EU_JOURNAL:32016R0044/V/1 | 2026-08-07 | amending acts | EU EU-LBY FINANCIAL_RESTRICTION IN_FORCE PARTY until 2026-08-08; EU EU-LBY OTHER IN_FORCE PARTY until 2026-08-08
an entry that left the annexes, on its last day | EU_JOURNAL:32006R0765/I.B/29 | 2026-04-24 | later annexes | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-04-24
an entry that left the annexes, between | EU_JOURNAL:32006R0765/I.B/29 | 2026-08-31 | later annexes | EU EU-BLR ASSET_FREEZE UNKNOWN PARTY until 2026-04-24
an entry that left the annexes, on the day without it | EU_JOURNAL:32006R0765/I.B/29 | 2026-09-01 | later annexes | EU EU-BLR ASSET_FREEZE LIFTED PARTY until 2026-04-24
an entry that left, before the delisting is stated | EU_JOURNAL:32006R0765/I.A/56 | 2026-06-14 | later annexes | EU EU-BLR ASSET_FREEZE UNKNOWN PARTY until 2026-04-24
an entry that left, the day before the stated delisting | EU_JOURNAL:32006R0765/I.A/56 | 2026-06-14 | a stated delisting | EU EU-BLR ASSET_FREEZE IN_FORCE PARTY until 2026-04-24
an entry that left, on the day of the stated delisting | EU_JOURNAL:32006R0765/I.A/56 | 2026-06-15 | a stated delisting | EU EU-BLR ASSET_FREEZE LIFTED PARTY until 2026-04-24
an entry of an amending act that later annexes lack | EU_JOURNAL:32006R0765/I.B/62 | 2026-09-01 | later annexes | EU EU-BLR ASSET_FREEZE LIFTED PARTY until 2026-07-23
a member of the Taliban, the day before | UN_SC:TAi.007 | 2001-01-30 | the UN list | UN Taliban ARMS_EMBARGO+ASSET_FREEZE+TRAVEL_BAN UNKNOWN PARTY until 2026-02-27
# Joined by the reference number, which the list of the UK states.
a member of the Taliban on two lists | UN_SC:TAi.007 | 2001-01-31 | the UK list | GB Afghanistan ASSET_FREEZE+TRAVEL_BAN IN_FORCE PARTY until 2026-08-14; UN Taliban ARMS_EMBARGO+ASSET_FREEZE+TRAVEL_BAN IN_FORCE PARTY until 2026-02-27
an entry that left one of its two lists | UN_SC:TAi.007 | 2026-06-30 | a later UN list | GB Afghanistan ASSET_FREEZE+TRAVEL_BAN IN_FORCE PARTY until 2026-08-14; UN Taliban ARMS_EMBARGO+ASSET_FREEZE+TRAVEL_BAN LIFTED PARTY until 2026-02-27
an entry that left one of its two lists, between | UK_SANCTIONS:AFG0011 | 2026-06-29 | a later UN list | GB Afghanistan ASSET_FREEZE+TRAVEL_BAN IN_FORCE PARTY until 2026-08-14; UN Taliban ARMS_EMBARGO+ASSET_FREEZE+TRAVEL_BAN UNKNOWN PARTY until 2026-02-27
an entry that is to leave, before that is known | UN_SC:CFi.013 | 2026-06-30 | the UK list | UN CAR ASSET_FREEZE+TRAVEL_BAN IN_FORCE PARTY until 2026-02-27
a travel ban without an asset freeze | UN_SC:GBi.001 | 2012-05-18 | the UN list | UN GB TRAVEL_BAN IN_FORCE PARTY until 2026-02-27
a regime whose measures differ from entry to entry | UN_SC:LYi.019 | 2011-06-24 | the UN list | UN Libya - IN_FORCE PARTY until 2026-02-27
a day with a time zone | UN_SC:SSi.001 | 2015-06-30 | the UN list | UN SouthSudan ASSET_FREEZE+TRAVEL_BAN UNKNOWN PARTY until 2026-02-27
an entry of the Financial Sanctions File, the day before | EU_FSF:5295 | 2008-07-02 | the older lists | EU TAQA ASSET_FREEZE UNKNOWN PARTY until 2020-04-15
an entry of the Financial Sanctions File, on the day | EU_FSF:5295 | 2008-07-03 | the older lists | EU TAQA ASSET_FREEZE IN_FORCE PARTY until 2020-04-15
an entry of the Financial Sanctions File without a day | EU_FSF:191 | 2020-04-14 | the older lists | EU TERR ASSET_FREEZE UNKNOWN PARTY until 2020-04-15
a ship that may enter no port | UK_SANCTIONS:DPR0075 | 2017-10-03 | the UK list | GB The Democratic People's Republic of Korea OTHER IN_FORCE PARTY until 2026-08-14
`
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): Question => {
    const [asked = '', actor = '', on = '', known = '', answer = ''] = line.split(' | ')
    return { asked, actor, on, known: known as Moment, restrictions: answer === 'nothing' ? [] : answer.split('; ') }
  })

// ---------------------------------------------------------------- asking

const authorities: Record<string, string> = {
  'united-states': 'US',
  'united-kingdom': 'GB',
  'authority-european-union': 'EU',
  'authority-united-nations-security-council': 'UN',
}

interface Restriction {
  authority: { slug: string }
  sanction: { program: string | null; title: string }
  measures: string[]
  status: string
  scope: string
  confirmedUntil: string | null
}

/** Returns a restriction in the words of the table. */
function inWords({ authority, sanction, measures, status, scope, confirmedUntil }: Restriction): string {
  const program = (sanction.program ?? sanction.title).replace(/^The (Afghanistan)|( \(Sanctions\).*)/g, '$1')
  const imposed = measures.toSorted().join('+') || '-'
  return `${authorities[authority.slug]} ${program} ${imposed} ${status} ${scope} until ${confirmedUntil}`
}

async function restrictionsOf({ actor, on }: Question, knownAt?: string): Promise<string[]> {
  const [scheme, value] = actor.split(/:(.*)/)
  const found = await read<{ actor: { restrictions: Restriction[] } | null }>(
    `query ($scheme: String!, $value: String!, $on: Date!, $at: DateTime) {
      actor(by: { identifier: { scheme: $scheme, value: $value } }) {
        restrictions(on: $on, knownAt: $at) { authority { slug } sanction { program title } measures status scope confirmedUntil } } }`,
    { scheme, value, on, at: knownAt },
  )
  return (found.actor?.restrictions ?? []).map(inWords).sort()
}

const times = new Map<Moment, string>()
/** By question: the answer that was given when nothing later was known. */
const answersThen = new Map<Question, string[]>()

/** Records the time, and asks the questions of a moment. */
async function reach(moment: Moment): Promise<void> {
  await sleep(3)
  times.set(moment, new Date().toISOString())
  for (const question of questions)
    if (question.known === moment) answersThen.set(question, await restrictionsOf(question))
  await sleep(3)
}

const importAll = async (format: Format, name: string, asOf: string, content?: string) => {
  const options = { asOf, maxDelisted: 90 }
  const report = content ? importText(format, name, content, options) : importFolder(format, at(name), options)
  expect((await report).created + (await report).unchanged).toBeGreaterThan(0)
}

beforeAll(async () => {
  const editor = await anEditor()
  const actorWith = async (value: string) =>
    database.actor.findFirstOrThrow({ where: { identifiers: { some: { value } } } })
  await reach('nothing')
  await importAll(ofac, 'ofac-2019', '2019-01-15')
  await importAll(euFsf, 'eu-fsf/export.xml', '2020-04-15')
  await importAll(ofac, 'ofac-2021', '2021-07-07')
  await reach('the older lists')
  await importAll(un, 'consolidated.xml', '2026-02-27', unList)
  await reach('the UN list')
  await importAll(euJournal, '32006R0765.csv', '2026-04-24', annexes)
  await reach('the annexes')
  await importAll(euJournal, 'eu-journal/32026R1817.csv', '2026-07-23')
  await importAll(euJournal, 'eu-journal/32026R1846.csv', '2026-07-24')
  await importAll(euJournal, 'eu-journal/32026R1941.csv', '2026-08-08')
  await reach('amending acts')
  await importAll(uk, 'uk/UK-Sanctions-List.xml', '2026-08-14')
  await reach('the UK list')
  const [us, eu] = [await actorWith('9760'), await actorWith('32006R0765/I.A/45')]
  await editor.done('actorMerge', { id: idOf('Person', eu), into: idOf('Person', us) }, { select: 'actor { id }' })
  await reach('a merge')
  await importAll(un, 'consolidated.xml', '2026-06-30', laterUnList)
  await reach('a later UN list')
  await importAll(euJournal, '32006R0765.csv', '2026-09-01', laterAnnexes)
  await reach('later annexes')
  const left = await database.sanctionTarget.findFirstOrThrow({
    where: { actor: { identifiers: { some: { value: '32006R0765/I.A/56' } } } },
  })
  await editor.done('sanctionTargetUpdate', { id: idOf('SanctionTarget', left), delisted: day('2026-06-15') })
  await reach('a stated delisting')
  await editor.done('actorUnmerge', { id: idOf('Person', eu) }, { select: 'actor { id }' })
  await reach('the end of the merge')
  await database.$executeRaw`ANALYZE`
}, 120_000)

// ---------------------------------------------------------------- tests

test.each(questions)('$asked ($actor on $on, known: $known)', async (question) => {
  const { known, restrictions } = question
  expect(times.get(known)).toBeDefined()
  expect(answersThen.get(question), 'asked at the time').toEqual(restrictions)
  expect(await restrictionsOf(question, times.get(known)), 'asked later').toEqual(restrictions)
})

/** The listings of the raw files, each with the day that the file states, and the day of the file. */
function rawListings(): { id: string; stated: string; asOf: string }[] {
  const isoOf = (text = '') => {
    const [, day = '', month = '', year = ''] = /^(\d+)[. ](\w+)[. ](\d{4})$/.exec(text) ?? []
    const number = { March: 3, May: 5 }[month] ?? Number(month)
    return year && `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`
  }
  const rows: Record<string, string>[] = parse(annexes, { columns: true })
  const eu = rows.map(({ annex, recordId, name = '', startDate }) => {
    const id = recordId || name.toLowerCase().replaceAll(' ', '-')
    return { id: `${annex}/${id}`, stated: isoOf(startDate), asOf: '2026-04-24' }
  })
  const matches = [...unList.matchAll(/<REFERENCE_NUMBER>(\S+?) ?<[\s\S]*?<LISTED_ON>(\d{4}-\d\d-\d\d)/g)]
  const ofUn = matches.map(([, id = '', stated = '']) => ({ id, stated, asOf: '2026-02-27' }))
  return [...eu, ...ofUn]
}

test.each(['2001-01-30', '2001-01-31', '2012-05-18', '2021-06-21', '2026-02-27', '2026-04-24', '2026-05-24'])(
  'all listings of the annexes and of the UN list have the status that the raw files tell of %s',
  async (on) => {
    const expected = rawListings().map(
      ({ id, stated, asOf }) => `${id} ${on < (stated || asOf) ? 'UNKNOWN' : 'IN_FORCE'}`,
    )
    expect(expected.length).toBe(32)
    const { restrictions } = await read<{
      restrictions: {
        nodes: { status: string; target: { identifiers: { nodes: { scheme: string; value: string }[] } } }[]
      }
    }>(
      `query ($on: Date!, $at: DateTime) { restrictions(on: $on, knownAt: $at, first: 100, where: {
        authority: { slug: { in: ["authority-european-union", "authority-united-nations-security-council"] } },
        scope: { eq: PARTY }, not: { sanction: { slug: { startsWith: "eu-fsf" } } } }) {
        nodes { status target { identifiers { nodes { scheme value } } } } } }`,
      { on, at: times.get('the annexes') },
    )
    const found = restrictions.nodes.map(({ status, target }) => {
      const own = target.identifiers.nodes.find(({ scheme }) => scheme === 'EU_JOURNAL' || scheme === 'UN_SC')
      return `${own?.value.replace('32006R0765/', '')} ${status}`
    })
    expect(found.sort()).toEqual(expected.sort())
  },
)
