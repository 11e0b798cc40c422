import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { UserError } from '../../domain/errors.ts'
import type { InputFile } from '../pipeline/input.ts'

/** One row of a CSV file. */
export interface CsvRow {
  /** The number of the row's last line, from 1. */
  readonly number: number
  readonly fields: readonly string[]
}

/** Returns the field of a column; an empty text if there is none. */
export type Field = (column: string) => string

/** Maximum length of a row, in bytes. It limits the memory; no format has rows that long. */
const MAX_ROW_BYTES = 1024 * 1024

/** Reads the rows of a CSV file. Rows may have different numbers of fields. Throws a `UserError` if the file is not CSV. */
export async function* csvRows(file: InputFile): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
  })
  const piped = pipeline(utf8Bytes(file), parser).catch((error: unknown) => error)
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

/** Returns the bytes of a file. Throws a `UserError` if they are UTF-16: these contain NUL beside each letter, or start with a mark. */
async function* utf8Bytes(file: InputFile): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const chunk of file.read()) {
    if (isFirst && (/^(\xfe\xff|\xff\xfe)/.test(chunk.toString('latin1', 0, 2)) || chunk.subarray(0, 2).includes(0)))
      throw new UserError(`The file ${file.name} cannot be read as CSV: it is UTF-16. Convert it to UTF-8.`)
    isFirst = false
    yield chunk
  }
}

/** Returns whether a row contains bytes that are not valid UTF-8. */
export const isBroken = ({ fields }: CsvRow): boolean => fields.some((field) => field.includes('\uFFFD'))

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : ''
  const line = 'lines' in error ? ` on line ${error.lines}` : ''
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `it ends within a quoted field${line}. Download it again.`
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `a row${line} is longer than ${MAX_ROW_BYTES / 1024 / 1024} MB. Download it again.`
  if (error instanceof CsvError) return `the quotes do not match${line}. Download it again, or pass another file.`
  return error.message
}
