import type { Format } from '../formats/format.ts'
import type { Line } from '../formats/line.ts'
import { checkedLines } from './checked-lines.ts'
import { MAX_DELISTED, refuseWrongSnapshot } from './delistings.ts'
import type { ImportOptions, ImportReport } from './importer.ts'
import { importRecords, today } from './importer.ts'
import { hashesOf, type Input } from './input.ts'

export interface FileOptions extends ImportOptions {
  /** The day whose state the input shows. Default: today. */
  readonly asOf?: string
  /** Maximum number of rows to read. With a limit, the input is not a complete snapshot. Default: all rows. */
  readonly limit?: number
  /** A snapshot that would delist more than so many percent of a list is refused. Default: 20. */
  readonly maxDelisted?: number
}

/** Imports files of a format. Reads all of them once before it writes, so that a truncated file is rejected as a whole. */
export async function importFiles(format: Format, input: Input, options: FileOptions = {}): Promise<ImportReport> {
  const { asOf, limit, maxDelisted = MAX_DELISTED, ...rest } = options
  const { signal } = rest
  const hashes = await hashesOf(input.files, signal)
  const snapshot = format.snapshot && limit === undefined
  const read = () => first(format.snapshot ? checkedLines(format.lines(input)) : format.lines(input), limit)
  let lines = read()
  if (format.snapshot) {
    const kept = new ReadLines(lines)
    await refuseWrongSnapshot(kept, { asOf: asOf ?? today(), maxDelisted: snapshot ? maxDelisted : 100, signal })
    for (const file of input.files) file.rewind()
    lines = kept.again(read())
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

/** The number of lines that are kept. A larger input is read and parsed again, and none of its lines is kept. */
const MAX_KEPT = 20_000

/** The lines of an input that is read twice. */
class ReadLines implements AsyncIterable<Line> {
  private readonly lines: AsyncIterable<Line>
  private kept: Line[] = []
  private isComplete = false

  constructor(lines: AsyncIterable<Line>) {
    this.lines = lines
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Line> {
    let count = 0
    for await (const line of this.lines) {
      if (++count <= MAX_KEPT) this.kept.push(line)
      else if (this.kept.length > 0) this.kept = []
      yield line
    }
    this.isComplete = count <= MAX_KEPT
  }

  /** Returns all lines, without reading them again if all were kept. */
  async *again(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
    const { kept, isComplete } = this
    this.kept = []
    yield* isComplete ? kept : lines
  }
}

async function* first(lines: AsyncIterable<Line>, limit = Number.POSITIVE_INFINITY): AsyncGenerator<Line> {
  let left = limit
  if (left <= 0) return
  for await (const line of lines) {
    yield line
    if (--left <= 0) return
  }
}
