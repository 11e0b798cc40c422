// The files of a list, and their rows as they stand.
import { UserError } from '../../../domain/errors.ts'
import type { Input, InputFile } from '../../pipeline/input.ts'
import { type CsvRow, csvRows, isBroken } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'
import type { Line } from '../line.ts'

/** One of the Treasury's lists, and what being on it means. */
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

/** The files of one list; each but the first may be missing. */
export interface Files {
  readonly list: List
  readonly entries: InputFile
  readonly aliases?: InputFile | undefined
  readonly addresses?: InputFile | undefined
  readonly comments?: InputFile | undefined
}

/** How many columns each file has. */
export const widths = { entries: 12, aliases: 5, addresses: 6, comments: 2 }

/** The lists of which there are files; one file alone is told by its name. */
export function listsIn({ files, isDirectory }: Input): Files[] {
  const named = (name: string) => files.find((file) => file.name.toLowerCase() === `${name}.csv`)
  const [only] = files
  if (!isDirectory) return only ? [{ list: /cons/i.test(only.name) ? consolidated : sdn, entries: only }] : []
  const [first, second] = [named('sdn'), named('cons_prim')]
  const found: Files[] = []
  if (first)
    found.push({
      list: sdn,
      entries: first,
      aliases: named('alt'),
      addresses: named('add'),
      comments: named('sdn_comments'),
    })
  if (second)
    found.push({
      list: consolidated,
      entries: second,
      aliases: named('cons_alt'),
      addresses: named('cons_add'),
      comments: named('cons_comments'),
    })
  if (found.length === 0)
    throw new UserError(
      'The directory has neither sdn.csv nor cons_prim.csv: pass a directory with the files of an OFAC list.',
    )
  return found
}

/**
 * Rows without the header that some copies have, without the end-of-file sign 0x1A, and with nothing where "-0-" stands
 * alone. The last column keeps the spaces around it: remarks may have been cut beside one.
 */
export async function* rowsOf(file: InputFile | undefined): AsyncGenerator<CsvRow> {
  if (!file) return
  for await (const { number, fields } of csvRows(file)) {
    if (fields.length === 1 && fields[0]?.trim() === '\u001A') continue
    if (number === 1 && /^ent_?num$/i.test(fields[0]?.trim() ?? '')) continue
    const last = fields.length - 1
    const clean = (field: string, column: number) => {
      const trimmed = field.trim()
      return trimmed === '-0-' ? '' : column === last ? field : trimmed
    }
    yield { number, fields: fields.map(clean) }
  }
}

/** Whether a row is one of its file; adds to the bad ones why it is none. */
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
