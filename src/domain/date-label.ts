/**
 * What a date field means: a `point` in time, the `start` or the `end` of a span, or the date of an `event`, which depends on the
 * status of the event.
 */
export type DateSense = 'point' | 'start' | 'end' | 'event'

/** How a date is written of which only one end is known. */
export interface OpenEnd {
  /** The words of the label before and after the known end. */
  readonly before: string
  readonly after: string
  /**
   * Whether the fact lasts to the open end, so that EDTF writes an interval, such as "2025-03-01/..". Otherwise the fact is at one of
   * the days, and EDTF writes a set, such as "[2025-03-01..]".
   */
  readonly lasts: boolean
}

/** How the dates of a sense are written. */
export interface DateWords {
  readonly earliestOnly: OpenEnd
  readonly latestOnly: OpenEnd
  /** The words before the label of a date that is known at both ends. */
  readonly closed: string
}

const openEnd = (before: string, after = '', lasts = false): OpenEnd => ({ before, after, lasts })

/** What a date says, as the API names it. */
export type WrittenSense = 'POINT' | 'START' | 'END' | 'PLANNED'

const words: Readonly<Record<WrittenSense, DateWords>> = {
  POINT: { earliestOnly: openEnd('', ' or later'), latestOnly: openEnd('by '), closed: '' },
  START: { earliestOnly: openEnd('since ', '', true), latestOnly: openEnd('by '), closed: '' },
  END: { earliestOnly: openEnd('', ' or later'), latestOnly: openEnd('until ', '', true), closed: '' },
  PLANNED: { earliestOnly: openEnd('expected from '), latestOnly: openEnd('expected by '), closed: 'planned for ' },
}

/** What the date of an event says, by its status. Default: a point in time. */
export const senseByStatus: Readonly<Record<string, WrittenSense>> = { ONGOING: 'START', PROSPECTIVE: 'PLANNED' }

/** What a date says, for an event without a status in `senseByStatus`. */
export const senseOf = (sense: DateSense): WrittenSense =>
  (({ point: 'POINT', start: 'START', end: 'END', event: 'POINT' }) as const)[sense]

/** Returns the words of a sense. */
export const wordsOf = (sense: WrittenSense): DateWords => words[sense]

/** The number of characters before the known end in the labels of the database: of "since " and of "until ". */
export const labelPrefix = 'since '.length

/** A date with one label and one EDTF text for all senses, as the database has it. */
interface NeutralDate {
  readonly label: string
  readonly edtf: string
  readonly earliest: unknown
  readonly latest: unknown
}

/** What a date says, its label, and its EDTF text. */
export interface DateInSense {
  sense: WrittenSense
  label: string
  edtf: string
}

/** Returns a date as it is written in a sense. `status` is that of the event, for the sense `event`. */
export function inSense({ label, edtf, earliest, latest }: NeutralDate, of: DateSense, status?: unknown): DateInSense {
  const sense = (of === 'event' ? senseByStatus[String(status)] : undefined) ?? senseOf(of)
  const { earliestOnly, latestOnly, closed } = wordsOf(sense)
  if (earliest === null && latest === null) return { sense, label, edtf }
  if (earliest !== null && latest !== null) return { sense, label: closed + label, edtf }
  const { before, after, lasts } = latest === null ? earliestOnly : latestOnly
  const set = latest === null ? `[${edtf.slice(0, -'/..'.length)}..]` : `[..${edtf.slice('../'.length)}]`
  return { sense, label: before + label.slice(labelPrefix) + after, edtf: lasts ? edtf : set }
}
