// One scene: a new service, its neighbours (callers with few requests), and its attackers.
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, type RunningContender, startContender } from '../contenders.ts'
import { memoryOf } from '../processes.ts'
import { timeline } from '../queries/timeline.ts'
import { prepareSeries } from '../series.ts'
import { type Cpu, connectUnmetered, difference, Meter } from '../worst/meter.ts'
import { Neighbour } from '../worst/neighbour.ts'
import type { Attack, Statuses } from './attack.ts'
import { attack } from './attacker.ts'
import { type Experience, liveBeside } from './victims.ts'

export interface Place {
  databaseUrl: string
  checkout: string
  events: number
  /** An API key with the scope "write". */
  key: string
}

/** An attack without its target and duration. */
export type Plan = Omit<Attack, 'url' | 'seconds'>

export interface Outcome {
  experience: Experience
  statuses: Statuses
  cpu: Cpu
  /** Resident memory in MB: before the attack, its maximum, and some time after the attack. */
  memory: { before: number; peak: number; after: number }
}

const WARMUP_SECONDS = 3
const LOOK_MS = 100
/** The time after which V8 has collected the garbage of an idle process: it waits for half a minute. */
const AFTER_MS = 40_000
const SETTLE_MS = 60_000

/** The default settings, except that the service trusts the client's address in a request. */
const ENV = { RATE_LIMIT: '', TRUST_PROXY: '1' }

/** Returns the neighbours' measurements during an attack. The service is new, so all buckets are full. */
export async function play(place: Place, seconds: number, plan: Plan | undefined): Promise<Outcome> {
  return withFresh(place, async (service, meter) => {
    const client = await connectUnmetered(place.databaseUrl)
    const neighbour = await Neighbour.open(service.url, client, { 'x-forwarded-for': '10.0.0.4' })
    const session = { events: place.events, url: place.databaseUrl, client, contenders: [service] }
    const bodies = (await prepareSeries(session, ['Q1', timeline])).bodies.get(service.name) ?? []
    const victims = { url: service.url, key: place.key, neighbour, bodies }
    await liveBeside(victims, WARMUP_SECONDS)
    const resident = () => memoryOf(service.pid)?.resident ?? Number.NaN
    const before = await meter.settle(SETTLE_MS)
    const memory = { before: resident(), peak: resident(), after: Number.NaN }
    const attacked = attackFor(service, seconds, plan).finally(async () => {
      await sleep(AFTER_MS)
      memory.after = resident()
    })
    const both = Promise.all([liveBeside(victims, seconds), attacked])
    const [experience, statuses] = await watch(both, meter, () => {
      memory.peak = Math.max(memory.peak, resident())
    })
    const cpu = difference(await meter.settle(SETTLE_MS), before)
    neighbour.close()
    await client.end()
    return { experience, statuses, cpu, memory }
  })
}

/** Returns the CPU time that one address uses in these seconds, beyond that of an idle service. */
export async function spend(place: Place, seconds: number, plan: Plan): Promise<{ cpu: Cpu; statuses: Statuses }> {
  return withFresh(place, async (service, meter) => {
    const rest = await meter.settle(SETTLE_MS)
    const restBegun = performance.now()
    await sleep(AFTER_MS)
    const before = await meter.read()
    const begun = performance.now()
    const statuses = await watch(attackFor(service, seconds, plan), meter, () => {})
    const burned = difference(await meter.settle(SETTLE_MS), before)
    const share = (performance.now() - begun) / (begun - restBegun)
    const idle = difference(before, rest)
    const cpu = { postgres: burned.postgres - idle.postgres * share, node: burned.node - idle.node * share }
    return { cpu, statuses }
  })
}

/** Returns a cursor at the start of the log. */
export async function startOfLog(place: Place): Promise<string> {
  return withFresh(place, async ({ url }) => {
    const data = await ask(url, JSON.stringify({ query: '{ changes(first: 1) { edges { cursor } } }' }))
    return (data as { changes: { edges: { cursor: string }[] } }).changes.edges[0]?.cursor ?? ''
  })
}

async function withFresh<T>(
  { databaseUrl, checkout }: Place,
  work: (service: RunningContender, meter: Meter) => Promise<T>,
): Promise<T> {
  const service = await startContender('dateline', databaseUrl, { checkout, env: ENV })
  const meter = await Meter.open(databaseUrl, service.pid)
  try {
    return await work(service, meter)
  } finally {
    await meter.close()
    await service.stop()
  }
}

async function attackFor({ url }: RunningContender, seconds: number, plan: Plan | undefined): Promise<Statuses> {
  if (plan) return attack({ ...plan, url, seconds })
  await sleep(seconds * 1000)
  return {}
}

/** Reads the meter repeatedly while `work` runs, so that backends that exit are counted. */
async function watch<T>(work: Promise<T>, meter: Meter, look: () => void): Promise<T> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    look()
    await meter.read()
    await Promise.race([done.catch(() => undefined), sleep(LOOK_MS)])
  }
  return done
}
