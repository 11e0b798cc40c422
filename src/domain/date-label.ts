/**
 * What a date field means: a `point` in time, the `start` or the `end` of a span, or the date of an `event`, which depends on the
 * status of the event.
 */
export type DateSense = 'point' | 'start' | 'end' | 'event'

/** The words before and after the known end of a date, if only its earliest or only its latest day is known. */
export interface OpenEndWords {
  readonly earliestOnly: readonly [before: string, after: string]
  readonly latestOnly: readonly [before: string, after: string]
}

/** The words of each sense, and of the date of something that is planned. */
const words = {
  point: { earliestOnly: ['', ' or later'], latestOnly: ['by ', ''] },
  start: { earliestOnly: ['since ', ''], latestOnly: ['by ', ''] },
  end: { earliestOnly: ['', ' or later'], latestOnly: ['until ', ''] },
  planned: { earliestOnly: ['expected from ', ''], latestOnly: ['expected by ', ''] },
} as const satisfies Record<string, OpenEndWords>

/** The words of the date of an event, by its status. Default: those of a point in time. */
export const wordsByStatus: Readonly<Record<string, OpenEndWords>> = {
  ONGOING: words.start,
  PROSPECTIVE: words.planned,
}

/** Returns the words of a sense, for an event without a status in `wordsByStatus`. */
export const wordsOf = (sense: DateSense): OpenEndWords => (sense === 'event' ? words.point : words[sense])

/** The number of characters before the known end in the labels of the database: of "since " and of "until ". */
export const labelPrefix = 'since '.length

/** A date with one label for all senses, as the database has it. */
interface LabelledDate {
  readonly label: string
  readonly earliest: unknown
  readonly latest: unknown
}

/** Returns the label of a date in a sense. `status` is that of the event, for the sense `event`. */
export function labelInSense({ label, earliest, latest }: LabelledDate, sense: DateSense, status?: unknown): string {
  if ((earliest === null) === (latest === null)) return label
  const { earliestOnly, latestOnly } = (sense === 'event' ? wordsByStatus[String(status)] : undefined) ?? wordsOf(sense)
  const [before, after] = latest === null ? earliestOnly : latestOnly
  return before + label.slice(labelPrefix) + after
}
