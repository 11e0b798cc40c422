import { measure } from '../../db/meter.ts'
import { UserError } from '../../domain/errors.ts'
import {
  endRun,
  forgetWhatWasKnown,
  type ImportCounts,
  type ListSnapshot,
  lastSnapshots,
  recordSnapshots,
  startRun,
} from '../../store/import-run.ts'
import { endMissingListings, snapshotBefore } from '../../store/listing.ts'
import { refreshStatistics } from '../../store/statistics.ts'
import { type BadLine, isBad, type Line } from '../formats/line.ts'
import { importBatch, type RowResult, recordResult, type Transact } from './batch.ts'
import { type Candidate, candidatesOf, lookupKey, lookupKeysOf } from './candidate.ts'
import { addReason, type RejectionReason } from './reasons.ts'
import { dryRun, LOCK_WAIT_MS, transactAs } from './transact.ts'

/** An input that a format's reader has converted to lines. */
export interface ImportInput {
  /** The name of the format, such as "dateline". */
  readonly format: string
  /** The hash of the input's bytes. */
  readonly sha256: string
  /** The hash of each file of the input. Default: the input is no file. */
  readonly files?: readonly string[]
  /** The day whose state the input shows, such as "2021-07-07". Default: today. */
  readonly asOf?: string
  /** Whether the input contains complete lists, so that listings that it lacks end. Default: false. */
  readonly snapshot?: boolean
  /** Whether rows refer only to earlier rows, so that an unresolved reference is rejected at once. Default: false. */
  readonly ordered?: boolean
  readonly lines: Iterable<Line> | AsyncIterable<Line>
}

export interface ImportOptions {
  /** The number of rows in one transaction. Default: 1000. */
  readonly batchSize?: number
  /** Whether to roll back everything at the end. Default: false. */
  readonly dryRun?: boolean
  /** Called with each rejected row or part; then the report contains only the first 100. Default: it contains all. */
  readonly reject?: (rejection: BadLine) => void
  /** Stops the import when aborted: its running statement is cancelled, and complete batches remain. */
  readonly signal?: AbortSignal
  /** How long to wait while another import writes, in milliseconds. Default: 30 seconds. */
  readonly lockWait?: number
  /** Called after each batch. */
  readonly progress?: (counts: Readonly<ImportCounts>) => void
}

export interface ImportReport extends ImportCounts {
  /** The number of rejected parts of imported rows, such as links to records that do not exist. */
  leftOut: number
  /** The number of entries of erased people, and of records that refer to them, that were skipped. */
  erased: number
  /** The rejected rows and parts, and the skipped entries. */
  readonly rejections: BadLine[]
  /** The reasons for them, by kind: reasons that differ only in names and numbers are of one kind. */
  readonly reasons: Map<string, RejectionReason>
}

/**
 * Creates and updates the records of the input, in one transaction for each batch. A repeated import changes nothing. Rows
 * with mistakes are rejected and reported; the others are imported. Retracted and merged records are not changed.
 */
export async function importRecords(input: ImportInput, options: ImportOptions = {}): Promise<ImportReport> {
  const writer = `import ${input.format}`
  const { signal, lockWait = LOCK_WAIT_MS } = options
  if (options.dryRun) {
    const dry = (transact: Transact) => new Import(input, options, transact).run()
    return stoppable(signal, 'The dry run was interrupted. Nothing was written.', () => dryRun(dry, lockWait))
  }
  const run = await startRun({ ...input, asOf: input.asOf ? new Date(input.asOf) : null })
  const work = new Import(input, options, transactAs(writer, lockWait))
  try {
    const report = await stoppable(
      signal,
      () => written(work.report),
      () => work.run(),
    )
    await endRun(run, 'DONE', report, { complete: work.completeLists, seen: work.lists })
    await recordSnapshots(input, work.snapshots)
    if (work.isExport) await forgetWhatWasKnown()
    return report
  } catch (error) {
    // The error is the reason, whether its record can be written or not.
    await endRun(run, 'FAILED', work.report, { complete: [], seen: work.lists }).catch(() => {})
    if (work.isExport) await forgetWhatWasKnown().catch(() => {})
    throw error
  }
}

/** The import was stopped by `ImportOptions.signal`. */
export class InterruptedImport extends UserError {}

/** Runs work until the signal is aborted: then its running statement is cancelled, and an `InterruptedImport` is thrown. */
async function stoppable<T>(
  signal: AbortSignal | undefined,
  message: string | (() => string),
  work: () => Promise<T>,
): Promise<T> {
  try {
    return (await measure(work, { signal })).result
  } catch (cause) {
    if (!signal?.aborted) throw cause
    throw new InterruptedImport(typeof message === 'string' ? message : message(), undefined, { cause })
  }
}

const written = ({ created, changed, unchanged, retracted }: ImportCounts): string =>
  `The import was interrupted after ${created + changed + unchanged + retracted} rows, which are written in complete batches. Import the same input again to write the rest.`

/** Returns the current day in UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10)

/** If all of the first rows of this number are bad, the input is in another format, and the import stops. */
const SAMPLE_SIZE = 100

/** Imports that write so many rows count the words of names and titles at their end. The service counts those of smaller ones hourly. */
const MANY_ROWS = 1000

/** Maximum length of a reason, which may quote the input, in UTF-16 code units. */
const MAX_REASON = 1000

/** The state of a running import. */
class Import {
  readonly report: ImportReport = {
    read: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    retracted: 0,
    rejected: 0,
    leftOut: 0,
    erased: 0,
    rejections: [],
    reasons: new Map(),
  }
  /** The snapshots that the input mentions and that are newer than those that this database imported. */
  readonly snapshots: ListSnapshot[] = []
  readonly #input: ImportInput
  readonly #options: ImportOptions
  readonly #transact: Transact
  readonly #asOf: string
  /** The lists in the input, each with the day of its last complete snapshot before this one. */
  readonly #lists = new Map<string, string | null>()
  /** The lookup keys of the rejected records. */
  readonly #rejected = new Set<string>()
  #partial = false
  /** Whether a record tells when it was created. */
  #hasHistory = false
  /** The number of rows after which to update the planner's statistics, which autovacuum may update too late. */
  #statisticsAt = 2000
  /** The candidates that refer to records that were not read yet. */
  #waiting: Candidate[] = []
  /** The results of the rows that are not counted yet. */
  readonly #uncounted = new Map<number, RowResult>()

  constructor(input: ImportInput, options: ImportOptions, transact: Transact) {
    this.#input = input
    this.#options = options
    this.#transact = transact
    this.#asOf = input.asOf ?? today()
  }

  /** The lists of which the input was a complete snapshot. None if rows were rejected, because they may be entries. */
  get completeLists(): string[] {
    return this.#input.snapshot && !this.#partial && this.report.rejected === 0 ? [...this.#lists.keys()] : []
  }

  /** The lists with entries in the input. */
  get lists(): string[] {
    return [...this.#lists.keys()]
  }

  /** Whether the input is an export that changed something: its records tell when they were created. */
  get isExport(): boolean {
    const { created, changed, retracted } = this.report
    return this.#hasHistory && created + changed + retracted > 0
  }

  async run(): Promise<ImportReport> {
    const { batchSize = 1000 } = this.#options
    // One batch is written while the next one is read.
    let writing = Promise.resolve()
    let batch: Candidate[] = []
    let rows = 0
    try {
      for await (const line of this.#input.lines) {
        this.#options.signal?.throwIfAborted()
        batch.push(...(await this.#admit(line)))
        if (++rows % batchSize !== 0) continue
        await writing
        writing = this.#write(batch)
        // The promise is awaited above or below. Until then its rejection must not count as unhandled.
        writing.catch(() => {})
        batch = []
      }
    } finally {
      await writing
    }
    this.#requireGoodSample()
    await this.#write(batch)
    await this.#finish()
    return this.report
  }

  /** Throws a `UserError` if the input is empty or all of its first rows are bad. */
  #requireGoodSample(): void {
    const { read, rejected, rejections } = this.report
    if (read === 0) throw new UserError('The input is empty: pass another file.')
    if (read > SAMPLE_SIZE || rejected < read) return
    const [first] = rejections
    throw new UserError(
      `The input is not in the format "${this.#input.format}": none of the first ${read} rows can be read. Row ${first?.number}: ${first?.reason}`,
    )
  }

  async #admit(line: Line): Promise<Candidate[]> {
    this.report.read++
    if (isBad(line)) {
      this.report.rejected++
      this.#reject(line)
      if (this.report.read === SAMPLE_SIZE) this.#requireGoodSample()
      return []
    }
    if (line.snapshot) return this.#admitSnapshot(line.snapshot)
    if (line.partial) this.#partial = true
    if (line.record && 'createdAt' in line.record && line.record.createdAt) this.#hasHistory = true
    for (const list of (line.listings ?? []).flatMap(({ lists }) => lists))
      if (!this.#lists.has(list)) this.#lists.set(list, await snapshotBefore(list, this.#asOf))
    for (const { key, reason } of line.leftOut ?? []) this.#leaveOut({ ...line, key }, reason)
    return candidatesOf(line, this.report.read)
  }

  async #admitSnapshot(snapshot: ListSnapshot): Promise<[]> {
    const stored = (await lastSnapshots()).find(({ list }) => list === snapshot.list)
    const isNew = !stored || stored.asOf < snapshot.asOf
    if (isNew) this.snapshots.push(snapshot)
    this.report[isNew ? 'created' : 'unchanged']++
    return []
  }

  /** Writes a batch, together with the waiting candidates. */
  async #write(batch: readonly Candidate[]): Promise<void> {
    const candidates = [...this.#waiting, ...batch]
    if (candidates.length === 0) return
    const snapshot = { asOf: this.#asOf, before: this.#lists }
    const { results, waiting, rejected, erased } = await importBatch(this.#transact, candidates, snapshot)
    this.#waiting = waiting
    for (const [row, result] of results) recordResult(this.#uncounted, row, result)
    for (const { candidate, reason, isPart } of rejected)
      if (isPart) this.#leaveOut(candidate, reason)
      else this.#rejectCandidate(candidate, reason)
    for (const candidate of erased) this.#skipErased(candidate)
    if (this.#input.ordered) this.#rejectWaiting()
    this.#count()
    this.#options.progress?.(this.report)
    if (this.report.read < this.#statisticsAt) return
    this.#statisticsAt = 2 * this.report.read
    await this.#transact(refreshStatistics)
  }

  /** Counts the results of the rows that have no waiting candidates. */
  #count(): void {
    const waiting = new Set(this.#waiting.map(({ row }) => row))
    for (const [row, result] of this.#uncounted) {
      if (waiting.has(row)) continue
      this.report[result]++
      this.#uncounted.delete(row)
    }
  }

  /** Writes the waiting candidates until no more can be resolved, rejects the rest, and ends the missing listings. */
  async #finish(): Promise<void> {
    for (let before = Number.POSITIVE_INFINITY; this.#waiting.length > 0 && this.#waiting.length < before; ) {
      before = this.#waiting.length
      await this.#write([])
    }
    this.#rejectWaiting()
    this.#count()
    if (this.report.created + this.report.changed >= MANY_ROWS)
      await this.#transact((tx) => tx.$executeRaw`SELECT count_words()`)
    const lists = this.completeLists
    if (lists.length === 0) return
    const ended = await this.#transact((tx) => endMissingListings(tx, lists, this.#asOf))
    this.report.retracted += ended.length
  }

  /** Rejects the candidates with a missing reference. The others are sources that only those cite, and are left out. */
  #rejectWaiting(): void {
    // Marks all of them as rejected first, because the reasons below depend on it.
    for (const { record, missing } of this.#waiting) if (missing) this.#recordRejected(record)
    for (const candidate of this.#waiting) {
      if (!candidate.missing) continue
      const { subject, reference } = candidate.missing
      const reason = this.#rejected.has(lookupKey(subject, reference))
        ? `The record refers to the ${subject} ${reference}, whose record was rejected: correct that record first.`
        : `The record refers to the ${subject} ${reference}, which is neither in this input nor in the database: add it, or correct the reference.`
      this.#rejectCandidate(candidate, reason)
    }
    this.#waiting = []
  }

  #rejectCandidate({ row, own, number, file, key, record }: Candidate, reason: string): void {
    this.#recordRejected(record)
    if (!own) {
      this.#leaveOut({ number, file, key }, reason)
      return
    }
    this.report.rejected++
    this.#uncounted.delete(row)
    this.#reject(file ? { number, file, key, reason } : { number, key, reason })
  }

  /** Reports a part of a row that is not imported. */
  #leaveOut({ number, file, key }: Omit<BadLine, 'reason'>, reason: string): void {
    this.report.leftOut++
    this.#reject(file ? { number, file, key, reason } : { number, key, reason })
  }

  #skipErased({ row, own, number, file, key, record }: Candidate): void {
    this.#recordRejected(record)
    this.report.erased++
    if (own) this.#uncounted.delete(row)
    this.#reject({ number, file, key, reason: 'The entry belongs to a person who was erased, or refers to one.' })
  }

  #recordRejected(record: Candidate['record']): void {
    for (const key of record ? lookupKeysOf(record) : []) this.#rejected.add(key)
  }

  #reject({ reason, ...place }: BadLine): void {
    const rejection = { ...place, reason: reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason }
    addReason(this.report.reasons, rejection)
    if (this.#options.reject) this.#options.reject(rejection)
    if (!this.#options.reject || this.report.rejections.length < SAMPLE_SIZE) this.report.rejections.push(rejection)
  }
}
