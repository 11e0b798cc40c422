import { figure, table } from './markdown.ts'

/** The results of one way of asking: the rank and the time of each name. */
export interface Asked {
  how: string
  /** The rank among the first ten: 0 for the first, -1 if it is missing. */
  ranks: number[]
  /** In milliseconds. */
  ms: number[]
}

export interface SizeResults {
  /** The number of names. */
  size: number
  asked: Asked[]
}

interface SearchResults {
  machine: string
  command: string
  /** The number of names from the list. The others are generated. */
  listed: number
  results: SizeResults[]
}

/** Returns the section of RESULTS.md about search. */
export function searchReport({ machine, command, listed, results }: SearchResults): string {
  const rows = results.flatMap(({ size, asked }) =>
    asked.map(({ how, ranks, ms }) => {
      const found = (within: number) => ranks.filter((rank) => rank >= 0 && rank < within).length / ranks.length
      return [
        `${size.toLocaleString('en')}: ${how}`,
        String(ranks.length),
        found(1).toFixed(3),
        found(10).toFixed(3),
        figure(quantile(ms, 0.5)),
        figure(quantile(ms, 0.99)),
      ]
    }),
  )
  return `## Search

${machine}
Names of the OFAC list, evenly spread over it, one after the other, by \`actors(search:, first: 10)\` in process, among the list's
${listed.toLocaleString('en')} names and as many made up of their halves as make the number. A name counts as found by its bearer or by
one of the same name. The aliases are those that the list itself gives, asked for while only the first names are known:
many of them are other names altogether.

    ${command}

${table(['names: how they are asked for', 'asked', 'recall@1', 'recall@10', 'p50, ms', 'p99, ms'], rows)}`
}

function quantile(values: readonly number[], q: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}
