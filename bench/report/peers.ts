import { figure, table } from './markdown.ts'

/** What a peer found. */
export interface Measured {
  title: string
  /** The ranks of the bearers by the group of questions: 0 for the first, -1 if it is missing. */
  ranks: Map<string, number[]>
  /** In milliseconds. */
  ms: number[]
  bytes: number
  /** Undefined if it was loaded before. */
  loadMs: number | undefined
}

interface Results {
  names: number
  /** The greater of the two numbers of answers within which a bearer is counted. */
  within: number
  peers: Measured[]
}

interface PeersResults {
  machine: string
  command: string
  /** The versions of the peers, and what is missing. */
  notes: string[]
  questions: Results
  many: Results | undefined
}

/** Returns the section of RESULTS.md about search beside its peers. */
export function peersReport({ machine, command, notes, questions, many }: PeersResults): string {
  const parts = [recallTable(questions), speedTable(questions)]
  if (many)
    parts.push(
      `The same among ${count(many.names)} names, of which one has a letter dropped, doubled, or two letters swapped:\n`,
      recallTable(many),
      speedTable(many),
    )
  return `## Search beside peers

${machine}${notes.map((note) => `- ${note}\n`).join('')}
The questions of \`search/questions.tsv\` among ${count(questions.names)} names, and the same folded names for all. Each is asked over the
interface that its clients use, on one connection and one search after the other: Sphinx over the MySQL protocol, Groonga over HTTP,
pg_trgm over PostgreSQL's. Dateline answers GraphQL in process. A peer gives 50 names, and their actors count, each once. The files
in \`search/peers\` say how each is configured, and what was tried. A cell is the share of bearers who are the first, and among the first
${questions.within}${many ? ` (${many.within} among ${count(many.names)} names)` : ''}.

    ${command}

${parts.join('\n')}`
}

const count = (number: number) => number.toLocaleString('en')

function recallTable({ within, peers }: Results): string {
  const groups = [...(peers[0]?.ranks ?? [])].map(([group]) => group)
  const share = (ranks: readonly number[]) => {
    const found = (most: number) => ranks.filter((rank) => rank >= 0 && rank < most).length / ranks.length
    return `${found(1).toFixed(3)}, ${found(within).toFixed(3)}`
  }
  const ranksOf = ({ ranks }: Measured, group: string) => ranks.get(group) ?? []
  const row = (title: string, ranks: (peer: Measured) => number[]) => [
    title,
    String(peers[0] ? ranks(peers[0]).length : 0),
    ...peers.map((peer) => share(ranks(peer))),
  ]
  return table(
    ['how names are asked for', 'asked', ...peers.map(({ title }) => title)],
    [
      row('all', ({ ranks }) => [...ranks.values()].flat()),
      ...groups.map((group) => row(group, (peer) => ranksOf(peer, group))),
    ],
  )
}

function speedTable({ peers }: Results): string {
  return table(
    ['', 'p50, ms', 'p99, ms', 'names and indexes, MB', 'to load and index, s'],
    peers.map(({ title, ms, bytes, loadMs }) => [
      title,
      figure(quantile(ms, 0.5)),
      figure(quantile(ms, 0.99)),
      figure(bytes / 1e6),
      figure(loadMs === undefined ? undefined : loadMs / 1000),
    ]),
  )
}

function quantile(values: readonly number[], q: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}
