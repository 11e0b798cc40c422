import { UserError } from '../../../domain/errors.ts'
import { slugOf } from '../../../domain/name.ts'
import type { InputFile } from '../../pipeline/input.ts'
import { type CsvRow, csvRows, type Field, isBroken } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'
import { europeanUnion } from '../european-union.ts'
import type { BadLine } from '../line.ts'
import { actKey, actName, isCelex } from './act.ts'

/** Reads the rows of a file. Throws a `UserError` if its header lacks a column. */
export async function* readRows(file: InputFile): AsyncGenerator<Row | BadLine> {
  let columns: readonly string[] | undefined
  for await (const row of csvRows(file))
    if (columns) yield readRow(row, columns)
    else columns = columnsOf(row, file.name)
}

const required = ['recordId', 'programKey', 'annex', 'measure', 'startDate', 'reason', 'schema', 'name', 'alias']

function columnsOf({ fields }: CsvRow, name: string): readonly string[] {
  const columns = fields.map((field) => field.trim())
  const needed = columns.includes('celex') ? required : ['amendedCelex', 'amendmentCelex', ...required]
  const missing = needed.filter((column) => !columns.includes(column))
  if (missing.length > 0 && columns.length === 1)
    throw new UserError(`The header of ${name} is one column: separate the columns by commas.`)
  if (missing.length > 0)
    throw new UserError(
      `The header of ${name} lacks ${missing.join(', ')}: pass the annexes of a regulation as CSV, with the column celex, or with amendedCelex and amendmentCelex.`,
    )
  const repeated = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index)
  if (repeated) throw new UserError(`The header of ${name} has the column ${repeated} twice: remove one of the two.`)
  return columns
}

/** A row: an entry under one measure. */
export interface Row {
  readonly number: number
  /** The length of all fields, in UTF-16 code units. */
  readonly length: number
  readonly field: Field
  /** The identifier of the entry. */
  readonly key: string
  readonly listingId: string
  /** The regulation that has the entry in an annex. */
  readonly celex: string
  /** The act that added or changed the entry, if the row is not from a consolidated version. */
  readonly amendment: string | undefined
  readonly sanction: RecordOf<'SANCTION'> & { readonly identifiers: [string] }
}

/** Maximum length of the identifier of an entry. */
const MAX_KEY = 500

function readRow(row: CsvRow, columns: readonly string[]): Row | BadLine {
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
  if (key.length > MAX_KEY)
    return reject(
      `The annex and the recordId or name have more than ${MAX_KEY} characters together: the row is damaged.`,
    )
  if (!kinds.has(field('schema')))
    return reject(`The kind "${field('schema').slice(0, 40)}" of the entry is not known.`)
  const length = fields.reduce((sum, each) => sum + each.length, 0)
  return { number, length, field, key, listingId, celex, amendment, sanction: sanctionOf(celex, annex, field) }
}

/** By schema: the kind of an actor. */
export const kinds: ReadonlyMap<string, Pick<RecordOf<'ACTOR'>, 'kind' | 'asset'>> = new Map([
  ['Person', { kind: 'PERSON' }],
  ['LegalEntity', { kind: 'ORGANIZATION' }],
  ['Company', { kind: 'ORGANIZATION' }],
  ['Organization', { kind: 'ORGANIZATION' }],
  ['PublicBody', { kind: 'ORGANIZATION' }],
  ['Vessel', { kind: 'ASSET', asset: { kind: 'VESSEL' } }],
  ['Asset', { kind: 'ASSET', asset: { kind: 'OTHER' } }],
])

const measures: ReadonlyMap<string, NonNullable<RecordOf<'SANCTION'>['measures']>[number]> = new Map([
  ['asset freeze', 'ASSET_FREEZE'],
  ['export control', 'TRADE_RESTRICTION'],
  ['financial restrictions', 'FINANCIAL_RESTRICTION'],
  ['travel ban', 'TRAVEL_BAN'],
])

/** Returns the sanction of a measure in an annex: the annexes of one regulation restrict different things. */
function sanctionOf(celex: string, annex: string, field: Field): Row['sanction'] {
  const measure = field('measure') || 'Measures'
  return {
    record: 'SANCTION',
    identifiers: [`EU_JOURNAL:${celex}/${annex}/${slugOf(measure)}`],
    slug: slugOf(`eu ${celex} ${annex} ${measure}`),
    title: `${actName(celex)}, Annex ${annex}: ${measure}`,
    program: field('programKey') || null,
    authority: europeanUnion.identifiers[0],
    measures: [measures.get(measure.toLowerCase()) ?? 'OTHER'],
    citations: [{ source: actKey(celex), basis: 'STATED' }],
  }
}
