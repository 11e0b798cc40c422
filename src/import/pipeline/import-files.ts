import type { Format } from '../formats/format.ts'
import type { Line } from '../formats/line.ts'
import { MAX_DELISTED, refuseMassDelisting } from './delistings.ts'
import type { ImportOptions, ImportReport } from './importer.ts'
import { importRecords, today } from './importer.ts'
import { hashOf, type Input } from './input.ts'

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
  const sha256 = await hashOf(input.files, signal)
  const snapshot = format.snapshot && limit === undefined
  if (snapshot && maxDelisted < 100) {
    await refuseMassDelisting(format.lines(input), { asOf: asOf ?? today(), maxDelisted, signal })
    for (const file of input.files) file.rewind()
  }
  const lines = format.lines(input)
  return importRecords(
    {
      format: format.name,
      sha256,
      ...(asOf ? { asOf } : {}),
      snapshot,
      ordered: format.ordered,
      lines: limit === undefined ? lines : first(lines, limit),
    },
    rest,
  )
}

async function* first(lines: AsyncIterable<Line>, limit: number): AsyncGenerator<Line> {
  let left = limit
  if (left <= 0) return
  for await (const line of lines) {
    yield line
    if (--left <= 0) return
  }
}
