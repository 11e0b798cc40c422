import type { Contender } from '../contenders.ts'
import { type Cell, median } from '../measure.ts'
import { commandOf, type Options } from '../options.ts'
import { figure, ratio, table } from './markdown.ts'

export interface GrowthResults {
  machine: string
  options: Options
  /** The number of events that the larger number is compared to. */
  small: number
  contenders: Contender[]
  cells: Cell[]
}

/** Returns the section of RESULTS.md about growth. */
export function growthReport({ machine, options, small, contenders, cells }: GrowthResults): string {
  const { events, rounds, seconds, warmup } = options
  const sizes = [small, events].map((size) => size.toLocaleString('en'))
  const rows = options.queries.flatMap(([query]) =>
    options.connections.flatMap((connections) =>
      contenders.map(({ name, label }) => {
        const at = (size: number) =>
          cells
            .find(
              (cell) =>
                cell.query === query &&
                cell.connections === connections &&
                cell.contender.name === name &&
                cell.session.events === size,
            )
            ?.samples.map(({ p50 }) => p50) ?? []
        const few = at(small)
        const ratios = at(events).map((p50, round) => p50 / (few[round] ?? Number.NaN))
        return [
          `${query}, ${label}, ${connections}`,
          figure(median(few)),
          figure(median(at(events))),
          ratio(median(ratios)),
        ]
      }),
    ),
  )
  return `## Growth

${machine}
The same queries over ${sizes.join(' and over ')} events, with ${rounds} rounds of ${seconds} s each in turn
after ${warmup} s of warming up. There are as many people and sanctions in both, so one actor is in more events; Q4's
ranges are narrower in the greater one, so that they keep as many events.

    ${commandOf('growth', options)}

${table(['query, contender, connections', ...sizes.map((size) => `p50 at ${size}, ms`), 'ratio'], rows)}`
}
