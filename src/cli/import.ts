import { createWriteStream, rmSync, statSync, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { isDay } from '../domain/date.ts'
import { UserError } from '../domain/errors.ts'
import { dateline, isExport } from '../import/formats/dateline/dateline.ts'
import type { Format } from '../import/formats/format.ts'
import { formats } from '../import/formats/formats.ts'
import type { BadLine } from '../import/formats/line.ts'
import { MAX_DELISTED } from '../import/pipeline/delistings.ts'
import { dayOf, importFiles } from '../import/pipeline/import-files.ts'
import { type ImportReport, InterruptedImport, today } from '../import/pipeline/importer.ts'
import { type Input, openInput } from '../import/pipeline/input.ts'
import type { RejectionReason } from '../import/pipeline/reasons.ts'
import { seedCountries } from '../import/seed.ts'
import { setErasureKey } from '../store/erasure/tombstone.ts'
import { print, withoutControls } from './print.ts'
import { showProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

export interface ImportFlags {
  asOf?: string
  dryRun?: boolean
  limit?: string | number
  maxDelisted?: string | number
  accept?: boolean
  rejections: string
}

/** The exit code of an interrupted import, as of a command that Ctrl-C ended. */
const INTERRUPTED = 130

/**
 * Migrates the configured database, and imports an input into it. Sets the exit code to 2 if rows were rejected, and to 130 if
 * SIGINT or SIGTERM interrupted the import.
 */
export async function importPlace(config: Config, name: string, place: string, flags: ImportFlags): Promise<void> {
  const format = formats.get(name)
  if (!format) throw new UserError(`There is no format "${name}": pass one of ${[...formats.keys()].join(', ')}.`)
  const options = readFlags(flags)
  const input = await openInput(String(place))
  try {
    const database = await openConfiguredDatabase(config, 'owner')
    try {
      for (const note of database.notes) print(note)
      await database.migrate()
      setErasureKey(config.erasureKey)
      if (format !== dateline || !(await isExport(input))) await seedCountries()
      await untilStopped((signal) => importInput(format, input, { ...options, signal }, flags))
    } finally {
      await database.close()
    }
  } finally {
    await input.close()
  }
}

/** Runs work. If SIGINT or SIGTERM stops it, prints what was written. */
async function untilStopped(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = stopSignal()
  try {
    await work(signal)
  } catch (error) {
    if (!signal.aborted) throw error
    const isWriting = error instanceof InterruptedImport
    print(isWriting ? error.message : 'The import was interrupted before it wrote anything.')
    process.exitCode = INTERRUPTED
  }
}

async function importInput(
  format: Format,
  input: Input,
  options: ReturnType<typeof readFlags> & { signal: AbortSignal },
  flags: ImportFlags,
) {
  const rejections = new Rejections(flags.rejections)
  const progress = showProgress(input)
  const stated = await dayOf(format, input, options.asOf)
  const asOf = stated ?? today()
  if (format.snapshot && !options.asOf)
    print(`The input is imported as the state of ${asOf}: pass --as-of if it is from another day.`)
  let report: ImportReport
  try {
    const reject = (rejection: BadLine) => rejections.add(rejection)
    report = await importFiles(format, input, {
      ...options,
      ...(stated ? { asOf: stated } : {}),
      reject,
      progress: progress.show,
    })
  } finally {
    progress.stop()
    await rejections.close()
  }
  const { read, created, changed, unchanged, retracted, rejected, leftOut, erased } = report
  const sums = `${created} created, ${changed} changed, ${unchanged} unchanged, ${retracted} retracted or delisted, ${rejected} rejected`
  if (options.dryRun) print('This was a dry run, so nothing was written. Without --dry-run the result would be:')
  print(`${read} rows read${format.snapshot ? ` as of ${asOf}` : ''}: ${sums}.`)
  if (format.experimental) print(`${format.experimental} Check its results.`)
  if (leftOut > 0)
    print(
      `${leftOut} parts of rows were left out, such as dates that cannot be read or links to records that do not exist. The rows themselves were imported.`,
    )
  if (erased > 0)
    print(
      `${erased} entries of people who were erased, or records that refer to them, were skipped. See ${flags.rejections}.`,
    )
  if (rejected + leftOut === 0) return
  process.exitCode = 2
  printReasons([...report.reasons.values()])
  print(
    `See ${flags.rejections} for the ${rejected > 0 ? 'rejected rows' : 'parts that were left out'} and the reasons.`,
  )
  if (rejected > 0 && format.snapshot)
    print(
      'Entries that the input lacks were not delisted, because rows were rejected: correct the rows and import again.',
    )
}

/** Maximum number of reasons to print. */
const SHOWN_REASONS = 10

/** Prints each reason once, with its number and its first row. The most frequent ones come first. */
function printReasons(reasons: readonly RejectionReason[]): void {
  const sorted = reasons.toSorted((a, b) => b.count - a.count)
  for (const { count, first } of sorted.slice(0, SHOWN_REASONS)) {
    const place = `line ${first.number}${first.file ? ` of ${first.file}` : ''}`
    const what = withoutControls(first.reason)
    print(count === 1 ? `  ${place}: ${what}` : `  ${count} times, first in ${place}: ${what}`)
  }
  const more = sorted.length - SHOWN_REASONS
  if (more > 0) print(`  and ${more} other reasons`)
}

function readFlags({ asOf, dryRun = false, limit, maxDelisted, accept = false }: ImportFlags) {
  const percent = accept ? 100 : Number(maxDelisted ?? MAX_DELISTED)
  if (!(percent >= 0 && percent <= 100))
    throw new UserError(`"${maxDelisted}" is not a percentage: pass a number from 0 to 100 with --max-delisted.`)

  if (asOf !== undefined && !isDay(String(asOf)))
    throw new UserError(`"${asOf}" is not a calendar day: pass a day such as 2021-07-07 with --as-of.`)
  if (asOf !== undefined && String(asOf) > today())
    throw new UserError(
      `"${asOf}" is in the future, because today is ${today()} (UTC): pass the day of the snapshot with --as-of.`,
    )
  const rows = limit === undefined ? undefined : Number(limit)
  if (rows !== undefined && !(Number.isSafeInteger(rows) && rows > 0))
    throw new UserError(`"${limit}" is not a number of rows: pass a whole number of 1 or more with --limit.`)
  return {
    dryRun,
    maxDelisted: percent,
    ...(asOf === undefined ? {} : { asOf: String(asOf) }),
    ...(rows === undefined ? {} : { limit: rows }),
  }
}

/**
 * Writes rejected rows to a file, as lines of JSON. Deletes the file of an earlier run, and creates one only if needed. Does not delete a
 * device such as /dev/null, which root may delete.
 */
class Rejections {
  readonly #file: string
  #stream: WriteStream | undefined

  constructor(file: string) {
    this.#file = file
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) rmSync(file)
  }

  add({ number, ...rejection }: BadLine): void {
    this.#stream ??= createWriteStream(this.#file)
    this.#stream.write(`${JSON.stringify({ line: number, ...rejection })}\n`)
  }

  async close(): Promise<void> {
    if (!this.#stream) return
    this.#stream.end()
    await finished(this.#stream)
  }
}
