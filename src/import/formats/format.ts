import type { Input } from '../pipeline/input.ts'
import type { formatNames } from './format-names.ts'
import type { Line } from './line.ts'

/** An input format, and its reader. */
export interface Format {
  /** The name in commands and in the change log. */
  readonly name: (typeof formatNames)[number]
  /** The description of the input. */
  readonly reads: string
  /** If the format was verified on fewer than 50 real entries: a sentence with their number. */
  readonly experimental?: string
  /** Whether an input contains complete sanctions lists, so that entries that it lacks are delisted. */
  readonly snapshot: boolean
  /** Whether rows refer only to earlier rows. */
  readonly ordered: boolean
  /** Returns the day whose state the input shows, such as "2026-02-27"; undefined if the input does not state it. */
  dayOf?(input: Input): Promise<string | undefined>
  /** Reads an input. Throws a `UserError` before the first line if the input is in another format. */
  lines(input: Input): AsyncIterable<Line>
}
