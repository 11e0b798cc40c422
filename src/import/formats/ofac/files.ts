// Finds the files of an OFAC list, and reads their rows.
import { UserError } from '../../../domain/errors.ts'
import type { Input, InputFile } from '../../pipeline/input.ts'
import { type CsvRow, csvRows, isBroken } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'
import type { Line } from '../line.ts'

/** One of the Treasury's lists, and the measures against its targets. */
export interface List {
  readonly scheme: 'OFAC_SDN' | 'OFAC_CONS'
  readonly title: string
  readonly url: string
  readonly measures: RecordOf<'SANCTION'>['measures']
}

const sdn: List = {
  scheme: 'OFAC_SDN',
  title: 'Specially Designated Nationals and Blocked Persons List',
  url: 'https://sanctionslist.ofac.treas.gov/Home/SdnList',
  measures: ['ASSET_FREEZE'],
}
const consolidated: List = {
  scheme: 'OFAC_CONS',
  title: 'Consolidated Sanctions List of OFAC, without the SDN List',
  url: 'https://sanctionslist.ofac.treas.gov/Home/ConsolidatedList',
  measures: [],
}

/** The files of one list. Only `entries` is required. */
export interface Files {
  readonly list: List
  readonly entries: InputFile
  readonly aliases?: InputFile | undefined
  readonly addresses?: InputFile | undefined
  readonly comments?: InputFile | undefined
}

/** The number of columns of each file. */
export const widths = { entries: 12, aliases: 5, addresses: 6, comments: 2 }

/** Returns the lists in the input. The name of a single file says which list it is. */
export function listsIn({ files, isDirectory }: Input): Files[] {
  const named = (name: string) => files.find((file) => file.name.toLowerCase() === `${name}.csv`)
  const [only] = files
  if (!isDirectory) return only ? [{ list: /cons/i.test(only.name) ? consolidated : sdn, entries: only }] : []
  const [first, second] = [named('sdn'), named('cons_prim')]
  const lists: Files[] = []
  if (first)
    lists.push({
      list: sdn,
      entries: first,
      aliases: named('alt'),
      addresses: named('add'),
      comments: named('sdn_comments'),
    })
  if (second)
    lists.push({
      list: consolidated,
      entries: second,
      aliases: named('cons_alt'),
      addresses: named('cons_add'),
      comments: named('cons_comments'),
    })
  if (lists.length === 0)
    throw new UserError(
      'The directory has neither sdn.csv nor cons_prim.csv: pass a directory with the files of an OFAC list.',
    )
  return lists
}

/** The name of the first column in copies that have a header. */
const header = /^(ent(ity)?[ _]?(num(ber)?|id)|uid)$/i

/**
 * Reads the rows of a file. Skips the header and the row with the end-of-file character 0x1A that some copies have. Trims the
 * fields and replaces "-0-" (no value) by "". The last column is not trimmed, because a remark may be cut next to a space.
 */
export async function* rowsOf(file: InputFile | undefined): AsyncGenerator<CsvRow> {
  if (!file) return
  let isFirst = true
  for await (const { number, fields } of csvRows(file)) {
    const [first = '', ...others] = fields
    if (first.trim() === '\u001A' && others.every((field) => field.trim() === '')) continue
    if (isFirst && header.test(first.trim())) continue
    isFirst = false
    const last = fields.length - 1
    const clean = (field: string, column: number) => {
      const trimmed = field.trim()
      return trimmed === '-0-' ? '' : column === last ? field : trimmed
    }
    yield { number, fields: fields.map(clean) }
  }
}

/** Returns whether a row is valid. Adds a `BadLine` with the reason to `bad` if it is not. */
export function fits(row: CsvRow, file: InputFile | undefined, width: number, bad: Line[]): boolean {
  const [key = ''] = row.fields
  const reason =
    row.fields.length !== width
      ? `The row has ${row.fields.length} columns instead of ${width}: it is damaged or from another file.`
      : !/^\d+$/.test(key)
        ? `The row starts with "${key.slice(0, 20)}" instead of the number of an entry: it is damaged or from another file.`
        : isBroken(row)
          ? 'The row is not valid UTF-8: convert the file to UTF-8.'
          : undefined
  if (reason) bad.push({ number: row.number, file: file?.name, key: key.slice(0, 20) || null, reason })
  return !reason
}
