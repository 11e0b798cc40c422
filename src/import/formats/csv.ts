import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { UserError } from '../../domain/errors.ts'
import type { InputFile } from '../pipeline/input.ts'

/** One row of a CSV file. */
export interface CsvRow {
  /** The line on which it ends, from 1. */
  readonly number: number
  readonly fields: readonly string[]
}

/** A row that is longer is none of any format; so much is held in memory at most. */
const longest = 1024 * 1024

/** The rows of a CSV file, whatever their width and the ends of their lines; breaks off, in words, where it is no CSV. */
export async function* csvRows(file: InputFile): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longest,
  })
  const piped = pipeline(file.read(), parser).catch((error: unknown) => error)
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { number: info.lines, fields: record }
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw new UserError(`The file ${file.name} cannot be read as CSV: ${inWords(cause)}`, undefined, { cause })
  } finally {
    parser.destroy()
    await piped
  }
}

/** Whether a row holds bytes that were no UTF-8. */
export const isBroken = ({ fields }: CsvRow): boolean => fields.some((field) => field.includes('\uFFFD'))

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : ''
  const line = 'lines' in error ? ` on line ${error.lines}` : ''
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `it ends within a quoted field${line}. Download it again.`
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `a row${line} is longer than ${longest / 1024 / 1024} MB. Download it again.`
  if (String(code).startsWith('CSV_')) return `the quotes do not match${line}. Download it again, or pass another file.`
  return error.message
}
