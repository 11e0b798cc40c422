import type { Input } from '../pipeline/input.ts'
import type { Line } from './line.ts'

/** A shape of data from elsewhere, and how it is read. */
export interface Format {
  /** As the command line and the log name it. */
  readonly name: string
  /** What it reads, as the command line's help has it. */
  readonly reads: string
  /** Whether an input has all of its lists: what is no longer in it is off them. */
  readonly snapshot: boolean
  /** Whether rows refer to nothing that comes later. */
  readonly ordered: boolean
  /** Makes lines of an input. Refuses one that is of another shape before it gives the first line. */
  lines(input: Input): AsyncIterable<Line>
}
