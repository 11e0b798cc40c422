import { isDay } from '../../../domain/date.ts'
import { slugOf } from '../../../domain/name.ts'
import type { RecordOf } from '../dateline/record.ts'
import { europeanUnion } from '../european-union.ts'
import type { Format } from '../format.ts'
import type { BadLine, Line } from '../line.ts'
import { textLines } from '../text-lines.ts'
import { countryOfCameo, countryOfFips, typeOf, wordsOf } from './codes.ts'

/** Events of the GDELT Project, versions 1 and 2, and mentions. The number of columns says which of them a row is. */
export const gdelt: Format = {
  name: 'gdelt',
  reads: 'GDELT events (57, 58 or 61 columns) and mentions (16 columns)',
  snapshot: false,
  ordered: true,
  async *lines({ files, isDirectory }) {
    // Events first, because mentions refer to them.
    const mentions = files.filter(({ name }) => /mentions/i.test(name))
    for (const file of [...files.filter((each) => !mentions.includes(each)), ...mentions])
      for await (const line of textLines(file.read())) {
        const position = isDirectory ? { number: line.number, file: file.name } : { number: line.number }
        yield {
          ...('mistake' in line ? { key: null, reason: line.mistake } : readRow(line.text.split('\t'))),
          ...position,
        }
      }
  },
}

/**
 * The columns with the country of the location and with the article's URL, from 0, by the number of columns. Version 2 has
 * one more column for each location.
 */
const v1 = { countryColumn: 51, urlColumn: 57 }
const layouts = new Map([
  [57, v1],
  [58, v1],
  [61, { countryColumn: 53, urlColumn: 60 }],
])
const mentionsWidth = 16

type ParsedRow = Omit<BadLine, 'number'> | Omit<Extract<Line, { record?: unknown }>, 'number'>

const reject = (key: string | null, reason: string): ParsedRow => ({ key: key?.slice(0, 40) ?? null, reason })

function readRow(fields: readonly string[]): ParsedRow {
  const layout = layouts.get(fields.length)
  const key = fields[0] ?? ''
  if (fields.length === mentionsWidth) return readMention(fields)
  if (fields.length === 1 && key.split(',').length > 5)
    return reject(
      key,
      'The columns are separated by commas, but those of GDELT are separated by tabs: pass the file as GDELT publishes it, or replace the separators.',
    )
  if (!layout)
    return reject(
      key,
      `The row has ${fields.length} columns, but events have 57, 58 or 61 and mentions 16: it is damaged or from another file.`,
    )
  if (!/^\d{1,19}$/.test(key)) return reject(key, 'The row does not start with the number of an event: it is damaged.')
  const day = (fields[1] ?? '').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  if (!isDay(day))
    return reject(key, `The day ${fields[1]} is not a calendar day: it must be eight digits, such as 20160728.`)
  const code = fields[26] ?? ''
  if (!/^\d{2,4}$/.test(code))
    return reject(key, `The event code "${code}" is not valid: it must be two to four digits.`)
  const score = Number(fields[30])
  if (fields[30] === '' || !(Math.abs(score) <= 10))
    return reject(key, `The Goldstein score "${fields[30]}" is not valid: it must be from -10 to 10.`)
  return readEvent(fields, { key, day, code, score, ...layout })
}

interface ValidRow {
  readonly key: string
  readonly day: string
  readonly code: string
  readonly score: number
  readonly countryColumn: number
  readonly urlColumn: number
}

function readEvent(
  fields: readonly string[],
  { key, day, code, score, countryColumn, urlColumn }: ValidRow,
): ParsedRow {
  const [first, second] = [readActor(fields, 5), readActor(fields, 15)]
  const participants = [
    ...(first ? [{ ...first.participant, role: 'AGENT' as const }] : []),
    ...(second ? [{ ...second.participant, role: 'TARGET' as const }] : []),
  ]
  const source = sourceAt(fields[urlColumn])
  const event: RecordOf<'EVENT'> = {
    record: 'EVENT',
    identifiers: [`GDELT:${key}`],
    slug: `gdelt-${key}`,
    title: `${first?.name ?? 'Someone'}: ${wordsOf(code)}${second ? ` – ${second.name}` : ''}`,
    type: typeOf(code),
    status: 'OCCURRED',
    certainty: 'REPORTED',
    date: { earliest: day, latest: day, precision: 'DAY', text: null, basis: 'STATED' },
    location: countryOfFips(fields[countryColumn] ?? '') ?? null,
    cameoCode: code,
    goldstein: Math.round(score * 10) / 10,
    origin: 'MACHINE_CODED',
    participants,
    citations: [{ source: source.identifiers[0] ?? '', basis: 'STATED' }],
  }
  return { record: event, companions: [...(first?.companions ?? []), ...(second?.companions ?? []), source] }
}

interface ReadActor {
  readonly name: string
  readonly participant: { readonly actor: string; readonly onBehalfOf?: string; readonly note?: string }
  readonly companions: RecordOf<'ACTOR'>[]
}

/**
 * Reads the actor whose columns start at an index: a country if the code is a country's, otherwise a group with this code
 * and name. Returns undefined if the columns are empty.
 */
function readActor(fields: readonly string[], start: number): ReadActor | undefined {
  const [code = '', nameField = '', countryCode = ''] = fields.slice(start, start + 3)
  if (code === '') return undefined
  const name = nameField.trim() || code
  const country = countryOfCameo(countryCode)
  if (country && code === countryCode) return { name, participant: { actor: country, note: name }, companions: [] }
  if (/^(the )?european union$/i.test(name))
    return { name, participant: { actor: europeanUnion.identifiers[0] }, companions: [europeanUnion] }
  const slug = slugOf(`gdelt ${code} ${name}`)
  const identifier = `GDELT_ACTOR:${slug}`
  return {
    name,
    participant: { actor: identifier, ...(country ? { onBehalfOf: country } : {}) },
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
  license:
    'free use and redistribution with a citation of the GDELT Project and a link to https://www.gdeltproject.org',
}

/**
 * Returns the article with a URL. Text that is not a URL, such as "BBC Monitoring", becomes its title. Returns the dataset
 * itself for rows without an article, as older ones are.
 */
function sourceAt(urlField: string | undefined): RecordOf<'SOURCE'> {
  const text = urlField?.trim()
  // Longer values do not fit in an index.
  if (!text || text.length > 2000) return project
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null
  return {
    record: 'SOURCE',
    identifiers: [`URL:${text}`],
    kind: 'ARTICLE',
    ...(url ? { url } : { title: text }),
    license: articleLicense,
  }
}

/** The licence of the articles that GDELT found. Dateline stores only their addresses. */
const articleLicense = 'copyright of the publisher; only the address is used'

function readMention(fields: readonly string[]): ParsedRow {
  const [key = '', , , , , url = ''] = fields
  if (!/^\d{1,19}$/.test(key)) return reject(key, 'The row does not start with the number of an event: it is damaged.')
  if (!url.trim()) return reject(key, 'The mention has no URL of an article.')
  const source = sourceAt(url)
  return { companions: [source], mentions: [{ event: `GDELT:${key}`, source: source.identifiers[0] ?? '' }] }
}
