import type { Contender } from '../contenders.ts'
import { type Cell, median, type Sample } from '../measure.ts'
import { commandOf, type Options } from '../options.ts'
import { figure, ratio, table } from './markdown.ts'

export interface ReadResults {
  machine: string
  options: Options
  contenders: Contender[]
  cells: Cell[]
  /** By contender, then by query. */
  statements: Map<string, Map<string, number>>
}

/** Returns the section of RESULTS.md about reads. */
export function readReport(results: ReadResults): string {
  const { machine, options } = results
  const { events, rounds, seconds, warmup } = options
  return `## Reads

${machine}
${events.toLocaleString('en')} events. The contenders are one process each, all running all the time, and are loaded in
turn: ${rounds} rounds of ${seconds} s for each query and number of connections, after ${warmup} s of warming up for
each query. The load comes from one more process on the same machine, as PostgreSQL is. Figures are medians over the
rounds; ratios are medians of the ratios within a round. Before a query was measured, its answers were compared: all
contenders gave the same data.

    ${commandOf('reads', options)}

${ratioTable(results, 'postgraphile')}${ratioTable(results, 'handwritten')}### Statements a request

${statementTable(results)}
### Memory of the server, MB

${memoryTable(results)}
${options.queries.map(([query, { title }]) => querySection(results, query, title)).join('\n')}`
}

function querySection(results: ReadResults, query: string, title: string): string {
  const tables = results.options.connections.map((connections) => {
    const heading = connections === 1 ? 'One connection' : `${connections} connections`
    return `${heading}:\n\n${detailTable(results, query, connections)}`
  })
  return `### ${query}: ${title}\n\n${tables.join('\n')}`
}

/** Returns a table of throughput as a ratio to one contender; empty if that contender was not measured. */
function ratioTable({ options, contenders, cells }: ReadResults, base: string): string {
  const divisor = contenders.find(({ name }) => name === base)
  const others = contenders.filter(({ name }) => name !== base)
  if (!divisor || others.length === 0) return ''
  const rows = others.flatMap(({ name, label }) =>
    options.connections.map((connections) => [
      `${label}, ${connections}`,
      ...options.queries.map(([query]) =>
        ratio(medianRatio(find(cells, query, connections, name), find(cells, query, connections, base))),
      ),
    ]),
  )
  const head = ['contender, connections', ...options.queries.map(([name]) => name)]
  return `### Requests/s as a ratio to ${divisor.label}\n\n${table(head, rows)}\n`
}

const find = (cells: Cell[], query: string, connections: number, contender: string) =>
  cells.find((cell) => cell.query === query && cell.connections === connections && cell.contender.name === contender)

function medianRatio(one: Cell | undefined, base: Cell | undefined): number | undefined {
  return median(
    (one?.samples ?? []).map(({ perSecond }, round) => perSecond / (base?.samples[round]?.perSecond ?? Number.NaN)),
  )
}

function statementTable({ options, contenders, statements }: ReadResults): string {
  const names = options.queries.map(([name]) => name)
  const rows = contenders.map(({ name, label }) => [
    label,
    ...names.map((query) => figure(statements.get(name)?.get(query))),
  ])
  return table(['contender', ...names], rows)
}

function memoryTable({ contenders, cells }: ReadResults): string {
  const rows = contenders.map(({ name, label }) => {
    const samples = cells.filter(({ contender }) => contender.name === name).flatMap((cell) => cell.samples)
    const peak = Math.max(...samples.map((sample) => sample.peak ?? Number.NaN))
    return [label, figure(median(samples.map(({ resident }) => resident))), figure(peak)]
  })
  return table(['contender', 'resident under load', 'most ever'], rows)
}

function detailTable({ contenders, cells }: ReadResults, query: string, connections: number): string {
  const rows = contenders.map(({ name, label }) => {
    const { samples = [] } = find(cells, query, connections, name) ?? {}
    const of = (key: keyof Sample) => figure(median(samples.map((sample) => sample[key])))
    return [label, of('perSecond'), of('p50'), of('p99'), of('serverCpu'), of('databaseCpu')]
  })
  return table(['contender', 'requests/s', 'p50, ms', 'p99, ms', 'server CPU, ms', 'database CPU, ms'], rows)
}
