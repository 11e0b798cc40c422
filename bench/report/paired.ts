import { intervalOf } from '../interval.ts'
import { median } from '../measure.ts'
import { queries } from '../queries.ts'
import { table } from './markdown.ts'

export interface PairedResults {
  machine: string
  command: string
  /** The commit of the other checkout. */
  other: string
  pairs: number
  seconds: number
  turns: number
  connections: number
  /** Requests per second as a ratio to the other checkout, by query. */
  ratios: Map<string, number[]>
}

/** The goal: the minimum of the lower end of an interval. */
const GOAL = 0.97

/** Returns the section of RESULTS.md about the reads of two checkouts. */
export function pairedReport({
  machine,
  command,
  other,
  pairs,
  seconds,
  turns,
  connections,
  ratios,
}: PairedResults): string {
  const rows = [...ratios].map(([name, found]) => {
    const [low, high] = intervalOf(found)
    const figures = [median(found) ?? Number.NaN, low, high].map((each) => each.toFixed(3))
    return [`${name}: ${queries[name]?.title ?? ''}`, ...figures, low > GOAL ? 'met' : 'not met']
  })
  return `## Paired reads

${machine}
The same requests to this checkout and to the one at ${other}, both running, in turn: ${pairs} pairs of ${seconds} s for
each, in ${turns} turns, at ${connections} connections, with RATE_LIMIT=999999999, so that requests are charged for. The ratio is that of requests/s, this
checkout's to the other's, within a pair. The interval is that of 95 % by Student's t on the logarithms of the ratios; the
goal is that it lies above ${GOAL}.

    ${command} --write

${table(['query', 'median ratio', 'from', 'to', 'goal'], rows)}`
}
