import { v7 } from 'uuid'
import { endRun, type ImportCounts, startRun } from '../store/import-run.ts'
import { type Candidate, importBatch } from './batch.ts'
import { subjectOf } from './facts.ts'
import type { DatelineRecord } from './record.ts'

/** What a format's reader makes of one record of its input: the record, or why there is none. */
export type Line =
  | { readonly number: number; readonly record: DatelineRecord }
  | { readonly number: number; readonly key: string | null; readonly reason: string }

/** What every importer hands over: its input as records, in the input's order. */
export interface ImportInput {
  /** Name of the format, such as "dateline". */
  readonly format: string
  /** Of the input's bytes. */
  readonly sha256: string
  /** The day whose state the input shows. */
  readonly asOf?: Date
  readonly lines: Iterable<Line> | AsyncIterable<Line>
}

interface Rejection {
  /** Place of the record in its input, from 1. */
  readonly number: number
  readonly key: string | null
  readonly reason: string
}

export interface ImportReport extends ImportCounts {
  readonly rejections: Rejection[]
}

/**
 * Brings the database to what the input says, in batches of one transaction each; an input that was imported before
 * changes nothing. Bad records are left out and reported, the others go in. Retracted and merged rows stay as they are.
 */
export async function importRecords(input: ImportInput, { batchSize = 1000 } = {}): Promise<ImportReport> {
  const run = await startRun(input)
  const work = new Import(`import ${input.format}`)
  try {
    let batch: Candidate[] = []
    for await (const line of input.lines) {
      batch.push(...work.admit(line))
      if (batch.length < batchSize) continue
      await work.write(batch)
      batch = []
    }
    await work.write(batch)
    await work.finish()
  } catch (error) {
    await endRun(run, 'FAILED', work.report)
    throw error
  }
  await endRun(run, 'DONE', work.report)
  return work.report
}

/** One import under way. */
class Import {
  /** As the change log names it. */
  readonly writer: string
  readonly report: ImportReport = {
    read: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    retracted: 0,
    rejected: 0,
    rejections: [],
  }
  /** Each identifier of the input with the number of its record. */
  readonly #seen = new Map<string, number>()
  readonly #rejected = new Set<string>()
  /** Those that refer to what has not come yet. */
  #waiting: Candidate[] = []

  constructor(writer: string) {
    this.writer = writer
  }

  /** Numbers a record in the input's order, so that the order of ids is that of the input; refuses one that came before. */
  admit(line: Line): Candidate[] {
    this.report.read++
    if (!('record' in line)) {
      this.#reject(line)
      return []
    }
    const { number, record } = line
    const keys = record.identifiers.map((identifier) => `${subjectOf[record.record]} ${identifier}`)
    for (const [place, key] of keys.entries()) {
      const earlier = this.#seen.get(key)
      if (earlier === undefined) continue
      const reason = `The identifier ${record.identifiers[place]} is already that of record ${earlier} of this input: keep one of the two.`
      this.#reject({ number, key: record.identifiers[0] ?? null, reason })
      return []
    }
    for (const key of keys) this.#seen.set(key, number)
    return [{ number, record, id: v7() }]
  }

  /** Writes a batch with those that waited for one of it. */
  async write(batch: readonly Candidate[]): Promise<void> {
    const candidates = [...this.#waiting, ...batch]
    if (candidates.length === 0) return
    const { created, changed, unchanged, waiting, rejections } = await importBatch(this.writer, candidates)
    this.report.created += created
    this.report.changed += changed
    this.report.unchanged += unchanged
    this.#waiting = waiting
    for (const { candidate, reason } of rejections) this.#refuse(candidate, reason)
  }

  /** Tries those that still wait until it helps no more, and refuses the rest. */
  async finish(): Promise<void> {
    for (let before = Number.POSITIVE_INFINITY; this.#waiting.length > 0 && this.#waiting.length < before; ) {
      before = this.#waiting.length
      await this.write([])
    }
    // First all, so that each sentence knows of each other's refusal.
    for (const { record } of this.#waiting) this.#noteRejected(record)
    for (const candidate of this.#waiting) {
      const { subject, reference } = candidate.missing ?? { subject: 'record', reference: '' }
      const reason = this.#rejected.has(`${subject} ${reference}`)
        ? `It refers to the ${subject} ${reference}, whose own record was rejected: correct that one first.`
        : `It refers to the ${subject} ${reference}, which is neither in this input nor in the database: add it, or correct the reference.`
      this.#refuse(candidate, reason)
    }
    this.#waiting = []
  }

  #refuse({ number, record }: Candidate, reason: string): void {
    this.#noteRejected(record)
    this.#reject({ number, key: record.identifiers[0] ?? null, reason })
  }

  #noteRejected(record: DatelineRecord): void {
    for (const identifier of record.identifiers) this.#rejected.add(`${subjectOf[record.record]} ${identifier}`)
  }

  #reject({ number, key, reason }: Rejection): void {
    this.report.rejected++
    this.report.rejections.push({ number, key, reason })
  }
}
