import { goals } from '../worst/climb.ts'
import { shorten } from '../worst/operation.ts'
import type { Found } from '../worst/search.ts'
import { cpuOfTrial, type Trial } from '../worst/trial.ts'
import { figure, table } from './markdown.ts'

interface WorstResults {
  machine: string
  command: string
  minutes: number
  /** The statement timeout during the search, in seconds. */
  screen: number
  found: Found
  /** The worst operations, measured again. */
  trials: Trial[]
}

const SHOWN = 10
/** The goal: the maximum CPU time of one operation, in milliseconds. */
const GOAL_MS = 500

/** Returns the section of RESULTS.md about the worst operations. */
export function worstReport({ machine, command, minutes, screen, found, trials }: WorstResults): string {
  const { tally, classes } = found
  const refused = [...tally.refused].sort(([, one], [, other]) => other - one)
  const total = refused.reduce((sum, [, count]) => sum + count, 0)
  const by = (goal: keyof typeof goals) =>
    trials.toSorted((one, other) => goals[goal](other) - goals[goal](one)).slice(0, SHOWN)
  const late = by('delay').filter(({ delay }) => delay !== undefined)
  const most = Math.max(0, ...trials.map(cpuOfTrial))
  return `## Worst operations

${machine}
Operations made by chance from the schema, then changed and crossed for ${minutes} minutes toward those that take the most CPU
time. Each ran alone on a service with RATE_LIMIT=100000000, so that it is charged for and never refused for its rate,
and with STATEMENT_TIMEOUT=${screen}; the worst ones ran again with the default timeout. The database holds the bench's events,
5,000 more in the change log, and the OFAC lists. CPU time is counted until nothing runs any more. A subscription
counts for at most 5 s of catching up and one event; the delay is that of another, plain subscriber.

    ${command} --write

${tally.tried} operations ran, ${total} were refused: ${refused
    .slice(0, 8)
    .map(([why, count]) => `${why} (${count})`)
    .join(', ')}.

The worst took ${figure(most)} ms of CPU; the goal of at most ${GOAL_MS} ms is ${most <= GOAL_MS ? 'met' : 'not met'}.

### By CPU time

${trialTable(by('cpu'))}
### By CPU time a point

${trialTable(by('worth'))}
### By the delay of others

${trialTable(late)}
### Known attacks

Each was confirmed by running the operation again without what its class is about: it then took less than half.

${table(
  ['class', 'found in minute', 'such as'],
  classes.map(({ name, minute, example }) => [
    name,
    minute === undefined ? 'not found' : minute.toFixed(1),
    code(example ?? '–'),
  ]),
)}`
}

function trialTable(trials: Trial[]): string {
  const head = ['operation', 'PostgreSQL, ms', 'Node, ms', 'wall, ms', 'points', 'path', 'status', 'delay, ms']
  const rows = trials.map(({ written, cpu, wall, points, path, status, refusal, delay }) => [
    code(shorten(written)),
    figure(cpu.postgres),
    figure(cpu.node),
    figure(wall),
    points.toLocaleString('en'),
    path,
    refusal ? `${status} ${refusal}` : String(status),
    figure(delay),
  ])
  return table(head, rows)
}

const code = (text: string) => `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``
