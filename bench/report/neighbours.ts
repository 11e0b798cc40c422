import type { Statuses } from '../neighbours/attack.ts'
import type { Outcome, Plan } from '../neighbours/scene.ts'
import type { Seen } from '../neighbours/victims.ts'
import { type Cpu, sumOf } from '../worst/meter.ts'
import { figure, table } from './markdown.ts'

/** The work that one address got for its points in a minute. */
export interface Bought {
  name: string
  cpu: Cpu
  statuses: Statuses
}

interface NeighboursResults {
  machine: string
  command: string
  seconds: number
  scenes: { name: string; plan: Plan | undefined; outcome: Outcome }[]
  bought: Bought[]
  /** The maximum CPU time of one operation that runs alone, in milliseconds. */
  worst: number
  operations: number
}

/** Returns the section of RESULTS.md about the neighbours of attackers. */
export function neighboursReport(results: NeighboursResults): string {
  const { machine, command, seconds, operations } = results
  return `## Neighbours of attackers

${machine}
Each scene has a service of its own with the default limits and TRUST_PROXY=1. Beside the attackers one address sends Q1 20
times a second, the holder of a key writes an event 5 times, one polls /readyz 5 times, and a subscriber is told of 5
events that are written past the service. Attackers send ${operations} operations in turn for ${seconds} s, each from the address that it
claims: what the search for the worst operations found, and attacks that are known. Memory is what the service has
resident, before, at most, and 40 s after. The load is on the same machine.

    ${command} --write

### Goals

${goalTable(results)}
### What the neighbours see

${sceneTable(results)}
### The service

${serviceTable(results)}
### What a full bucket buys

One address sends for 60 s over 64 connections, from a full bucket; CPU time beyond that of a service that nobody asks.

${boughtTable(results)}`
}

function goalTable({ scenes, bought, worst }: NeighboursResults): string {
  const attacked = scenes.filter(({ plan }) => plan).map(({ outcome }) => outcome)
  const most = (of: (outcome: Outcome) => number) => Math.max(...attacked.map(of))
  const failed = most(({ experience: { writes, ready } }) => writes.failed + ready.failed)
  const memory = most(({ memory: { before, after } }) => after / before)
  const minute = Math.max(...bought.map(({ cpu }) => sumOf(cpu))) / 1000
  const reads = most(({ experience }) => at(experience.reads, 0.99))
  const feed = most(({ experience }) => at(experience.feed, 0.99))
  const lines: [string, string, boolean][] = [
    ['Q1 p99 below 500 ms', `${figure(reads)} ms`, reads < 500],
    ['no write and no /readyz fails', String(failed), failed === 0],
    ['feed p99 below 1 s', `${figure(feed)} ms`, feed < 1000],
    ['memory back within 20 %', `${((memory - 1) * 100).toFixed(0)} % more`, memory <= 1.2],
    ['a minute of one full bucket at most 6 s of CPU', `${figure(minute)} s`, minute <= 6],
    ['the worst operation at most 0.5 s of CPU', `${figure(worst / 1000)} s`, worst <= 500],
  ]
  return table(
    ['goal', 'at worst', ''],
    lines.map(([goal, found, isMet]) => [goal, found, isMet ? 'met' : 'not met']),
  )
}

function sceneTable({ scenes }: NeighboursResults): string {
  const failures = ({ failed, times }: Seen) => `${failed} of ${failed + times.length}`
  const rows = scenes.map(({ name, outcome: { experience } }) => {
    const { reads, writes, ready, feed } = experience
    const times = [at(reads, 0.5), at(reads, 0.99)].map(figure)
    return [name, ...times, failures(reads), failures(writes), failures(ready), figure(at(feed, 0.99)), failures(feed)]
  })
  const head = ['scene', 'Q1 p50, ms', 'Q1 p99, ms', 'Q1 failed', 'writes failed', '/readyz failed']
  return table([...head, 'feed p99, ms', 'feed not delivered'], rows)
}

function serviceTable({ scenes }: NeighboursResults): string {
  const usual = scenes.find(({ plan }) => !plan)?.outcome.cpu.postgres ?? 0
  const rows = scenes.map(({ name, plan, outcome: { memory, statuses, cpu } }) => {
    const each = plan ? (cpu.postgres - usual) / plan.addresses.length / 1000 : undefined
    const sizes = [memory.before, memory.peak, memory.after].map(figure)
    return [name, ...sizes, figure(cpu.postgres / 1000), figure(each), figure(cpu.node / 1000), inWords(statuses)]
  })
  const head = [
    'scene',
    'MB before',
    'MB at most',
    'MB after',
    'PostgreSQL CPU, s',
    'of it an address, s',
    'Node CPU, s',
  ]
  return table([...head, 'answers to the attackers'], rows)
}

function boughtTable({ bought }: NeighboursResults): string {
  const rows = bought.map(({ name, cpu, statuses }) => [
    name,
    ...[cpu.postgres, cpu.node, sumOf(cpu)].map((each) => figure(each / 1000)),
    inWords(statuses),
  ])
  return table(['what it sends', 'PostgreSQL CPU, s', 'Node CPU, s', 'both, s', 'answers'], rows)
}

const inWords = (statuses: Statuses): string =>
  Object.entries(statuses)
    .map(([status, count]) => `${status}: ${count.toLocaleString('en')}`)
    .join(', ') || '–'

/** Returns the time in which this share of the requests was answered; infinity if too many failed. */
function at({ times, failed }: Seen, share: number): number {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted[Math.ceil(share * (times.length + failed)) - 1] ?? Number.POSITIVE_INFINITY
}
