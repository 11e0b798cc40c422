import { Readable } from 'node:stream'
import { UserError } from '../../domain/errors.ts'
import type { Format } from '../formats/format.ts'
import type { Line } from '../formats/line.ts'
import { checkedLines } from './checked-lines.ts'
import { MAX_DELISTED, refuseWrongSnapshot } from './delistings.ts'
import type { ImportOptions, ImportReport } from './importer.ts'
import { importRecords, today } from './importer.ts'
import { hashesOf, type Input } from './input.ts'

export interface FileOptions extends ImportOptions {
  /** The day whose state the input shows. Default: the day that the input states, or today. */
  readonly asOf?: string
  /** Maximum number of rows to read. With a limit, the input is not a complete snapshot. Default: all rows. */
  readonly limit?: number
  /** A snapshot that would delist more than so many percent of a list is refused. Default: 20. */
  readonly maxDelisted?: number
}

/** Imports files of a format. Reads all of them once before it writes, so that a truncated file is rejected as a whole. */
export async function importFiles(format: Format, input: Input, options: FileOptions = {}): Promise<ImportReport> {
  const { limit, maxDelisted = MAX_DELISTED, ...rest } = options
  const asOf = await dayOf(format, input, options.asOf)
  const { signal } = rest
  const { bytes, ...hashes } = await hashesOf(input.files, signal)
  const snapshot = format.snapshot && limit === undefined
  const read = () => first(format.snapshot ? checkedLines(format.lines(input)) : format.lines(input), limit)
  let lines: AsyncIterable<Line> = read()
  if (format.snapshot) {
    const kept: KeptLines = { lines: [], isComplete: false }
    const readFirst = bytes <= MAX_KEPT_BYTES ? keeping(lines, kept) : lines
    await refuseWrongSnapshot(readFirst, { asOf: asOf ?? today(), maxDelisted: snapshot ? maxDelisted : 100, signal })
    for (const file of input.files) file.rewind()
    lines = kept.isComplete ? Readable.from(kept.lines) : read()
  }
  return importRecords(
    {
      format: format.name,
      ...hashes,
      ...(asOf ? { asOf } : {}),
      snapshot,
      ordered: format.ordered,
      lines,
    },
    rest,
  )
}

/**
 * Returns the day whose state an input shows: `asOf`, or the day that the input states; undefined if there is neither. Throws a
 * `UserError` if the input states a day after `asOf`, or after today.
 */
export async function dayOf(format: Format, input: Input, asOf?: string): Promise<string | undefined> {
  const stated = await format.dayOf?.(input)
  for (const file of input.files) file.rewind()
  const latest = asOf ?? today()
  if (stated && stated > latest)
    throw new UserError(
      `The input states that it is of ${stated}, which is later than ${latest}: pass ${stated} or a later day with --as-of.`,
    )
  return asOf ?? stated
}

/** The size of an input whose lines are kept, in bytes after decompression. A larger one is read and parsed again. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024

interface KeptLines {
  readonly lines: Line[]
  /** Whether all lines were read. */
  isComplete: boolean
}

/** Keeps the lines as they are read. */
async function* keeping(lines: AsyncIterable<Line>, kept: KeptLines): AsyncGenerator<Line> {
  for await (const line of lines) {
    kept.lines.push(line)
    yield line
  }
  kept.isComplete = true
}

async function* first(lines: AsyncIterable<Line>, limit = Number.POSITIVE_INFINITY): AsyncGenerator<Line> {
  let left = limit
  if (left <= 0) return
  for await (const line of lines) {
    yield line
    if (--left <= 0) return
  }
}
