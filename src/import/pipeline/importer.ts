import { UserError } from '../../domain/errors.ts'
import {
  endRun,
  type ImportCounts,
  type ListSnapshot,
  lastSnapshots,
  recordSnapshots,
  startRun,
} from '../../store/import-run.ts'
import { endMissingListings, snapshotBefore } from '../../store/listing.ts'
import { refreshStatistics } from '../../store/statistics.ts'
import { type BadLine, isBad, type Line } from '../formats/line.ts'
import { importBatch, recordState, type State, type Transact } from './batch.ts'
import { type Candidate, candidatesOf, nameOf, namesOf } from './candidate.ts'
import { rehearse, transactAs } from './transact.ts'

/** What every importer hands over: its input as lines, in the input's order. */
export interface ImportInput {
  /** Name of the format, such as "dateline". */
  readonly format: string
  /** Of the input's bytes. */
  readonly sha256: string
  /** The day whose state the input shows, "2021-07-07"; today where it is left out. */
  readonly asOf?: string
  /** Whether it has all of its lists: what they had and it has not is off them then. */
  readonly snapshot?: boolean
  /** Whether rows refer to nothing that comes later; then a row whose reference leads nowhere is refused at once. */
  readonly ordered?: boolean
  readonly lines: Iterable<Line> | AsyncIterable<Line>
}

export interface ImportOptions {
  /** How many rows go in by one transaction. */
  readonly batchSize?: number
  /** Whether all is done as ever, and in the end undone. */
  readonly dryRun?: boolean
  /** Called with each row that is refused; without it the report has them. */
  readonly reject?: (rejection: BadLine) => void
  /** Called after each batch. */
  readonly progress?: (counts: Readonly<ImportCounts>) => void
}

export interface ImportReport extends ImportCounts {
  /** How many parts of rows were left out, such as links that lead nowhere, whose rows are in all the same. */
  leftOut: number
  /** Of rows and of parts. */
  readonly rejections: BadLine[]
}

/**
 * Brings the database to what the input says, in batches of one transaction each; an input that was imported before
 * changes nothing. Bad rows are left out and reported, the others go in. Retracted and merged rows stay as they are.
 */
export async function importRecords(input: ImportInput, options: ImportOptions = {}): Promise<ImportReport> {
  const writer = `import ${input.format}`
  if (options.dryRun) return rehearse((transact) => new Import(input, options, transact).run())
  const run = await startRun({ ...input, asOf: input.asOf ? new Date(input.asOf) : null })
  const work = new Import(input, options, transactAs(writer))
  try {
    const report = await work.run()
    await endRun(run, 'DONE', report, work.listsInFull)
    await recordSnapshots(input, work.snapshots)
    return report
  } catch (error) {
    await endRun(run, 'FAILED', work.report)
    throw error
  }
}

/** The day that it is, UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10)

/** So many rows are looked at before anything is written: if all of them are bad, the input is something else. */
const sample = 100

/** One import under way. */
class Import {
  readonly report: ImportReport = {
    read: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    retracted: 0,
    rejected: 0,
    leftOut: 0,
    rejections: [],
  }
  /** Snapshots that the input tells of and that are newer than those that are in. */
  readonly snapshots: ListSnapshot[] = []
  readonly #input: ImportInput
  readonly #options: ImportOptions
  readonly #transact: Transact
  readonly #asOf: string
  /** Each list met, with the day of its last whole snapshot before this one. */
  readonly #lists = new Map<string, string | null>()
  readonly #rejected = new Set<string>()
  #partial = false
  /** After so many rows the tables have grown beyond what the planner knows of them; PostgreSQL's own look may come late. */
  #statisticsAt = 2000
  /** Those that refer to what has not come yet, and what became so far of their rows. */
  #waiting: Candidate[] = []
  readonly #unsettled = new Map<number, State>()

  constructor(input: ImportInput, options: ImportOptions, transact: Transact) {
    this.#input = input
    this.#options = options
    this.#transact = transact
    this.#asOf = input.asOf ?? today()
  }

  /** The lists that the input was a whole snapshot of; none where rows were refused, for those may have been on them. */
  get listsInFull(): string[] {
    return this.#input.snapshot && !this.#partial && this.report.rejected === 0 ? [...this.#lists.keys()] : []
  }

  async run(): Promise<ImportReport> {
    const { batchSize = 1000 } = this.#options
    // One batch is written while the next one is read.
    let writing = Promise.resolve()
    let batch: Candidate[] = []
    let rows = 0
    try {
      for await (const line of this.#input.lines) {
        batch.push(...(await this.#admit(line)))
        if (++rows % batchSize !== 0) continue
        await writing
        writing = this.#write(batch)
        // Awaited above or below; what goes wrong until then is no unhandled rejection.
        writing.catch(() => {})
        batch = []
      }
    } finally {
      await writing
    }
    this.#requireGood()
    await this.#write(batch)
    await this.#finish()
    return this.report
  }

  /** Refuses an input whose first rows are all bad. */
  #requireGood(): void {
    const { read, rejected, rejections } = this.report
    if (read === 0) throw new UserError('The input is empty: pass another file.')
    if (read > sample || rejected < read) return
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
      if (this.report.read === sample) this.#requireGood()
      return []
    }
    if (line.snapshot) return this.#admitSnapshot(line.snapshot)
    if (line.partial) this.#partial = true
    for (const list of (line.listings ?? []).flatMap(({ lists }) => lists))
      if (!this.#lists.has(list)) this.#lists.set(list, await snapshotBefore(list, this.#asOf))
    return candidatesOf(line, this.report.read)
  }

  async #admitSnapshot(snapshot: ListSnapshot): Promise<[]> {
    const known = (await lastSnapshots()).find(({ list }) => list === snapshot.list)
    const isNew = !known || known.asOf < snapshot.asOf
    if (isNew) this.snapshots.push(snapshot)
    this.report[isNew ? 'created' : 'unchanged']++
    return []
  }

  /** Writes a batch with those that waited for one of it. */
  async #write(batch: readonly Candidate[]): Promise<void> {
    const candidates = [...this.#waiting, ...batch]
    if (candidates.length === 0) return
    const snapshot = { asOf: this.#asOf, before: this.#lists }
    const { states, waiting, rejected } = await importBatch(this.#transact, candidates, snapshot)
    this.#waiting = waiting
    for (const [row, state] of states) recordState(this.#unsettled, row, state)
    for (const { candidate, reason } of rejected) this.#refuse(candidate, reason)
    if (this.#input.ordered) this.#refuseWaiting()
    this.#settle()
    this.#options.progress?.(this.report)
    if (this.report.read < this.#statisticsAt) return
    this.#statisticsAt = 2 * this.report.read
    await this.#transact(refreshStatistics)
  }

  /** Counts the rows of which nothing waits any more. */
  #settle(): void {
    const waiting = new Set(this.#waiting.map(({ row }) => row))
    for (const [row, state] of this.#unsettled) {
      if (waiting.has(row)) continue
      this.report[state]++
      this.#unsettled.delete(row)
    }
  }

  /** Tries those that still wait until it helps no more, refuses the rest, and ends the listings that were not seen. */
  async #finish(): Promise<void> {
    for (let before = Number.POSITIVE_INFINITY; this.#waiting.length > 0 && this.#waiting.length < before; ) {
      before = this.#waiting.length
      await this.#write([])
    }
    this.#refuseWaiting()
    this.#settle()
    const lists = this.listsInFull
    if (lists.length === 0) return
    const gone = await this.#transact((tx) => endMissingListings(tx, lists, this.#asOf))
    this.report.retracted += gone.length
  }

  #refuseWaiting(): void {
    // First all, so that each sentence knows of each other's refusal. What misses nothing waited for those that do.
    for (const { record, missing } of this.#waiting) if (missing) this.#recordRejected(record)
    for (const candidate of this.#waiting) {
      if (!candidate.missing) continue
      const { subject, reference } = candidate.missing
      const reason = this.#rejected.has(nameOf(subject, reference))
        ? `The record refers to the ${subject} ${reference}, whose record was rejected: correct that record first.`
        : `The record refers to the ${subject} ${reference}, which is neither in this input nor in the database: add it, or correct the reference.`
      this.#refuse(candidate, reason)
    }
    this.#waiting = []
  }

  #refuse({ row, own, number, file, key, record }: Candidate, reason: string): void {
    if (own) {
      this.report.rejected++
      this.#unsettled.delete(row)
    } else this.report.leftOut++
    this.#recordRejected(record)
    this.#reject(file ? { number, file, key, reason } : { number, key, reason })
  }

  #recordRejected(record: Candidate['record']): void {
    for (const name of record ? namesOf(record) : []) this.#rejected.add(name)
  }

  #reject(rejection: BadLine): void {
    if (this.#options.reject) this.#options.reject(rejection)
    if (!this.#options.reject || this.report.rejections.length < sample) this.report.rejections.push(rejection)
  }
}
