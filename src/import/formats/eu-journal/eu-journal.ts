import { UserError } from '../../../domain/errors.ts'
import { slugOf } from '../../../domain/name.ts'
import { type CsvRow, csvRows, type Field, isBroken } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'
import { europeanUnion } from '../european-union.ts'
import type { Format } from '../format.ts'
import { groundOf } from '../ground.ts'
import { type ImoNumbers, imoNumbers } from '../imo.ts'
import type { Line } from '../line.ts'
import { nationalOf } from '../national-of.ts'
import { listSlug, twinsOf } from '../register.ts'
import { registerNumbers } from '../register-number.ts'
import { actKey, actName, actOf, isCelex } from './act.ts'
import { fuzzyDay } from './day.ts'
import { namesOf } from './name.ts'
import { nationalitiesOf, personalOf } from './personal.ts'

/** The EU's sanctions as the Official Journal publishes them, transcribed to CSV: the annexes of a regulation, or what an act adds. */
export const euJournal: Format = {
  name: 'eu-journal',
  reads:
    'annexes of EU regulations, transcribed from the Official Journal as CSV: consolidated, or what one act adds to them',
  snapshot: true,
  ordered: false,
  async *lines({ files, isDirectory }) {
    const csvFiles = isDirectory ? files.filter(({ name }) => /\.csv$/i.test(name)) : files
    if (csvFiles.length === 0) throw new UserError('The directory has no .csv file: pass the annexes of a regulation.')
    for (const file of csvFiles) {
      let columns: readonly string[] | undefined
      let previous: Entry | undefined
      const place = isDirectory ? { file: file.name } : {}
      for await (const row of csvRows(file)) {
        if (!columns) {
          columns = columnsOf(row, file.name)
          continue
        }
        const entry = readRow(row, columns)
        if ('reason' in entry) yield { ...entry, ...place }
        // The rows of one entry under several measures follow each other.
        else if (previous?.key === entry.key)
          previous = { ...previous, sanctions: [...previous.sanctions, ...entry.sanctions] }
        else {
          if (previous) yield { ...lineOf(previous), ...place }
          previous = entry
        }
      }
      if (previous) yield { ...lineOf(previous), ...place }
    }
  },
}

const required = ['recordId', 'programKey', 'annex', 'measure', 'startDate', 'reason', 'schema', 'name', 'alias']

function columnsOf({ fields }: CsvRow, name: string): readonly string[] {
  const columns = fields.map((field) => field.trim())
  const needed = columns.includes('celex') ? required : ['amendedCelex', 'amendmentCelex', ...required]
  const missing = needed.filter((column) => !columns.includes(column))
  if (missing.length === 0) return columns
  throw new UserError(
    `The header of ${name} lacks ${missing.join(', ')}: pass the annexes of a regulation as CSV, with the column celex, or with amendedCelex and amendmentCelex.`,
  )
}

/** A row, or several rows of one entry under different measures. */
interface Entry {
  readonly number: number
  readonly field: Field
  /** The identifier. */
  readonly key: string
  readonly listingId: string
  /** The regulation that has the entry in an annex. */
  readonly celex: string
  /** The act that added or changed the entry, if the row is not from a consolidated version. */
  readonly amendment: string | undefined
  readonly sanctions: readonly RecordOf<'SANCTION'>[]
}

function readRow(row: CsvRow, columns: readonly string[]): Entry | Extract<Line, { reason: string }> {
  const { number, fields } = row
  const field: Field = (column) => fields[columns.indexOf(column)]?.trim() ?? ''
  const [celex, name, annex] = [field('celex') || field('amendedCelex'), field('name'), field('annex')]
  const entry = field('recordId') || slugOf(name)
  const listingId = `${annex}/${entry}`
  const key = `EU_JOURNAL:${celex}/${listingId}`
  const reject = (reason: string) => ({ number, key: key.slice(0, 100), reason })
  if (fields.length !== columns.length)
    return reject(`The row has ${fields.length} columns, but the header has ${columns.length}: the row is damaged.`)
  if (isBroken(row)) return reject('The row is not valid UTF-8: convert the file to UTF-8.')
  if (!isCelex(celex))
    return reject(`"${celex.slice(0, 40)}" is not the CELEX number of a regulation, such as 32006R0765: correct it.`)
  const amendment = field('amendmentCelex') || undefined
  if (amendment && !isCelex(amendment))
    return reject(
      `"${amendment.slice(0, 40)}" is not the CELEX number of a regulation, such as 32026R1846: correct it.`,
    )
  if (!annex || !entry) return reject(`The row has no ${annex ? 'name' : 'annex'}.`)
  if (!kinds[field('schema')]) return reject(`The kind "${field('schema').slice(0, 40)}" of the entry is not known.`)
  return { number, field, key, listingId, celex, amendment, sanctions: [sanctionOf(celex, annex, field)] }
}

const kinds: Record<string, Pick<RecordOf<'ACTOR'>, 'kind' | 'asset'>> = {
  Person: { kind: 'PERSON' },
  LegalEntity: { kind: 'ORGANIZATION' },
  Company: { kind: 'ORGANIZATION' },
  Organization: { kind: 'ORGANIZATION' },
  PublicBody: { kind: 'ORGANIZATION' },
  Vessel: { kind: 'ASSET', asset: { kind: 'VESSEL' } },
  Asset: { kind: 'ASSET', asset: { kind: 'OTHER' } },
}

const measures: Record<string, NonNullable<RecordOf<'SANCTION'>['measures']>[number]> = {
  'asset freeze': 'ASSET_FREEZE',
  'export control': 'TRADE_RESTRICTION',
  'financial restrictions': 'FINANCIAL_RESTRICTION',
  'travel ban': 'TRAVEL_BAN',
}

/** Returns the sanction of a measure in an annex: the annexes of one regulation restrict different things. */
function sanctionOf(celex: string, annex: string, field: Field): RecordOf<'SANCTION'> {
  const measure = field('measure') || 'Measures'
  return {
    record: 'SANCTION',
    identifiers: [`EU_JOURNAL:${celex}/${annex}/${slugOf(measure)}`],
    slug: slugOf(`eu ${celex} ${annex} ${measure}`),
    title: `${actName(celex)}, Annex ${annex}: ${measure}`,
    program: field('programKey') || null,
    authority: europeanUnion.identifiers[0],
    measures: [measures[measure.toLowerCase()] ?? 'OTHER'],
    citations: [{ source: actKey(celex), basis: 'STATED' }],
  }
}

function lineOf({ number, field, key, listingId, celex, amendment, sanctions }: Entry): Line {
  const act = actKey(amendment ?? celex)
  const kind = kinds[field('schema')] ?? { kind: 'ORGANIZATION' }
  const isPerson = kind.kind === 'PERSON'
  const name = field('name')
  const numbers = numbersOf(field, kind)
  const { person, births, leftOut } = isPerson ? personalOf(field, act) : { leftOut: [] }
  const nationalities = nationalitiesOf(isPerson ? field('nationality') : '')
  const listed = fuzzyDay(field('startDate'))
  const ground = groundOf(field('reason'), 'statement of reasons')
  const citations = [{ source: act, quote: ground.quote, basis: 'STATED' as const }]
  return {
    number,
    record: {
      record: 'ACTOR',
      identifiers: [key, ...numbers.identifiers],
      ...kind,
      slug: listSlug(key),
      name,
      description: field('position') || null,
      names: namesOf(name, field, isPerson),
      citations: [{ source: act, basis: 'STATED' }],
      ...(person ? { person } : {}),
      ...(births?.length ? { births } : {}),
    },
    twins: twinsOf([key, ...numbers.identifiers]),
    companions: [
      actOf(celex),
      ...(amendment ? [actOf(amendment)] : []),
      europeanUnion,
      ...sanctions,
      ...nationalOf(key, nationalities.countries, [{ source: act, basis: 'STATED' }]),
    ],
    listings: sanctions.map(({ identifiers: [sanction = ''] }) => ({
      actor: key,
      sanction,
      listingId,
      lists: [`EU_JOURNAL:${celex}`],
      ...(listed ? { listed } : {}),
      citations,
    })),
    ...(amendment ? { partial: true } : {}),
    leftOut: [
      ...leftOut,
      ...nationalities.unknown.map((each) => `The nationality "${each}" is not that of a country, and is left out.`),
      ...(field('startDate') && !listed ? [`The day "${field('startDate')}" cannot be read, and is left out.`] : []),
      ...numbers.mistakes,
      ...ground.mistakes,
    ].map((reason) => ({ key, reason })),
  }
}

/** Returns the numbers of a ship or company in public registers. Numbers of people and of other things are not kept. */
function numbersOf(field: Field, { kind, asset }: Pick<RecordOf<'ACTOR'>, 'kind' | 'asset'>): ImoNumbers {
  if (kind !== 'ORGANIZATION' && asset?.kind !== 'VESSEL') return { identifiers: [], mistakes: [] }
  const texts = field('imoNumber').split(';').filter(Boolean)
  const { identifiers, mistakes } = imoNumbers(texts, asset ? 'ship' : 'company')
  const columns = asset ? [] : ['registrationNumber', 'taxNumber', 'innCode', 'ogrnCode']
  const others = columns.flatMap((column) => registerNumbers(field(column)))
  return { identifiers: [...new Set([...identifiers, ...others])], mistakes }
}
