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

/** The words of each sense, and of the date of something that is planned. */
const words = {
  point: { earliestOnly: openEnd('', ' or later'), latestOnly: openEnd('by '), closed: '' },
  start: { earliestOnly: openEnd('since ', '', true), latestOnly: openEnd('by '), closed: '' },
  end: { earliestOnly: openEnd('', ' or later'), latestOnly: openEnd('until ', '', true), closed: '' },
  planned: { earliestOnly: openEnd('expected from '), latestOnly: openEnd('expected by '), closed: 'planned for ' },
} as const satisfies Record<string, DateWords>

/** The words of the date of an event, by its status. Default: those of a point in time. */
export const wordsByStatus: Readonly<Record<string, DateWords>> = {
  ONGOING: words.start,
  PROSPECTIVE: words.planned,
}

/** Returns the words of a sense, for an event without a status in `wordsByStatus`. */
export const wordsOf = (sense: DateSense): DateWords => (sense === 'event' ? words.point : words[sense])

/** The number of characters before the known end in the labels of the database: of "since " and of "until ". */
export const labelPrefix = 'since '.length

/** A date with one label and one EDTF text for all senses, as the database has it. */
interface NeutralDate {
  readonly label: string
  readonly edtf: string
  readonly earliest: unknown
  readonly latest: unknown
}

/** Returns the label and the EDTF text of a date in a sense. `status` is that of the event, for the sense `event`. */
export function inSense(date: NeutralDate, sense: DateSense, status?: unknown): { label: string; edtf: string } {
  const { label, edtf, earliest, latest } = date
  const { earliestOnly, latestOnly, closed } =
    (sense === 'event' ? wordsByStatus[String(status)] : undefined) ?? wordsOf(sense)
  if (earliest === null && latest === null) return { label, edtf }
  if (earliest !== null && latest !== null) return { label: closed + label, edtf }
  const { before, after, lasts } = latest === null ? earliestOnly : latestOnly
  const set = latest === null ? `[${edtf.slice(0, -'/..'.length)}..]` : `[..${edtf.slice('../'.length)}]`
  return { label: before + label.slice(labelPrefix) + after, edtf: lasts ? edtf : set }
}
