import { isDay } from '../../../domain/date.ts'
import { slugOf } from '../../../domain/name.ts'
import type { RecordOf } from '../dateline/record.ts'
import type { Format } from '../format.ts'
import type { BadLine, Line } from '../line.ts'
import { textLines } from '../text-lines.ts'
import { countryOfCameo, countryOfFips, typeOf, wordsOf } from './codes.ts'

/** Events of the GDELT Project, versions 1 and 2, and mentions: told apart by their number of columns. */
export const gdelt: Format = {
  name: 'gdelt',
  reads: 'GDELT events (57, 58 or 61 columns) and mentions (16 columns)',
  snapshot: false,
  ordered: true,
  async *lines({ files, isDirectory }) {
    // Events first, so that mentions find them.
    const mentions = files.filter(({ name }) => /mentions/i.test(name))
    for (const file of [...files.filter((each) => !mentions.includes(each)), ...mentions])
      for await (const line of textLines(file.read())) {
        const where = isDirectory ? { number: line.number, file: file.name } : { number: line.number }
        yield {
          ...('mistake' in line ? { key: null, reason: line.mistake } : readRow(line.text.split('\t'))),
          ...where,
        }
      }
  },
}

/** Where each version has what is read, from 0. Version 2 has one more column in each block of a place. */
const v1 = { place: 51, address: 57 }
const layouts = new Map([
  [57, v1],
  [58, v1],
  [61, { place: 53, address: 60 }],
])
const mentionsWidth = 16

type ParsedRow = Omit<BadLine, 'number'> | Omit<Extract<Line, { record?: unknown }>, 'number'>

const refuse = (key: string | null, reason: string): ParsedRow => ({ key: key?.slice(0, 40) ?? null, reason })

function readRow(fields: readonly string[]): ParsedRow {
  const layout = layouts.get(fields.length)
  const key = fields[0] ?? ''
  if (fields.length === mentionsWidth) return readMention(fields)
  if (!layout)
    return refuse(
      key,
      `The row has ${fields.length} columns, but events have 57, 58 or 61 and mentions 16: it is damaged or from another file.`,
    )
  if (!/^\d{1,19}$/.test(key)) return refuse(key, 'The row does not start with the number of an event: it is damaged.')
  const day = (fields[1] ?? '').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  if (!isDay(day))
    return refuse(key, `The day ${fields[1]} is not a calendar day: it must be eight digits, such as 20160728.`)
  const code = fields[26] ?? ''
  if (!/^\d{2,4}$/.test(code))
    return refuse(key, `The event code "${code}" is not valid: it must be two to four digits.`)
  const score = Number(fields[30])
  if (fields[30] === '' || !(Math.abs(score) <= 10))
    return refuse(key, `The Goldstein score "${fields[30]}" is not valid: it must be from -10 to 10.`)
  return readEvent(fields, { key, day, code, score, ...layout })
}

interface Checked {
  readonly key: string
  readonly day: string
  readonly code: string
  readonly score: number
  readonly place: number
  readonly address: number
}

function readEvent(fields: readonly string[], { key, day, code, score, place: index, address }: Checked): ParsedRow {
  const [first, second] = [readActor(fields, 5), readActor(fields, 15)]
  const participants = [
    ...(first ? [{ ...first.part, role: 'AGENT' as const }] : []),
    ...(second ? [{ ...second.part, role: 'TARGET' as const }] : []),
  ]
  const source = sourceAt(fields[address])
  const event: RecordOf<'EVENT'> = {
    record: 'EVENT',
    identifiers: [`GDELT:${key}`],
    slug: `gdelt-${key}`,
    title: `${first?.name ?? 'Someone'}: ${wordsOf(code)}${second ? ` – ${second.name}` : ''}`,
    type: typeOf(code),
    status: 'OCCURRED',
    certainty: 'REPORTED',
    date: { earliest: day, latest: day, precision: 'DAY', text: null, basis: 'STATED' },
    location: countryOfFips(fields[index] ?? '') ?? null,
    cameoCode: code,
    goldstein: Math.round(score * 10) / 10,
    participants,
    citations: [{ source: source.identifiers[0] ?? '', basis: 'STATED' }],
  }
  return { record: event, companions: [...(first?.companions ?? []), ...(second?.companions ?? []), source] }
}

interface ReadActor {
  readonly name: string
  readonly part: { readonly actor: string; readonly onBehalfOf?: string; readonly note?: string }
  readonly companions: RecordOf<'ACTOR'>[]
}

/** The actor whose ten columns begin at a place: the country where the code is a country's, else a group by code and name. */
function readActor(fields: readonly string[], at: number): ReadActor | undefined {
  const [code = '', called = '', countryCode = ''] = fields.slice(at, at + 3)
  if (code === '') return undefined
  const name = called.trim() || code
  const country = countryOfCameo(countryCode)
  if (country && code === countryCode) return { name, part: { actor: country, note: name }, companions: [] }
  const slug = slugOf(`gdelt ${code} ${name}`)
  const identifier = `GDELT_ACTOR:${slug}`
  return {
    name,
    part: { actor: identifier, ...(country ? { onBehalfOf: country } : {}) },
    companions: [
      {
        record: 'ACTOR',
        identifiers: [identifier],
        kind: 'GROUP',
        slug,
        name,
        description: `CAMEO actor ${code}`,
      },
    ],
  }
}

const project: RecordOf<'SOURCE'> = {
  record: 'SOURCE',
  identifiers: ['DATELINE:gdelt'],
  kind: 'DATASET',
  title: 'The GDELT Project',
  publisher: 'The GDELT Project',
  url: 'https://www.gdeltproject.org',
}

/** The article; older rows name none, and then it is the dataset itself. What is no address is a title, such as "BBC Monitoring". */
function sourceAt(address: string | undefined): RecordOf<'SOURCE'> {
  const given = address?.trim()
  // An index takes no longer ones.
  if (!given || given.length > 2000) return project
  const url = /^https?:\/\//i.test(given) && URL.canParse(given) ? given : null
  return { record: 'SOURCE', identifiers: [`URL:${given}`], kind: 'ARTICLE', ...(url ? { url } : { title: given }) }
}

function readMention(fields: readonly string[]): ParsedRow {
  const [key = '', , , , , address = ''] = fields
  if (!/^\d{1,19}$/.test(key)) return refuse(key, 'The row does not start with the number of an event: it is damaged.')
  if (!address.trim()) return refuse(key, 'The mention has no URL of an article.')
  const source = sourceAt(address)
  return { companions: [source], mentions: [{ event: `GDELT:${key}`, source: source.identifiers[0] ?? '' }] }
}
