import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, charged, post } from './asker.ts'
import { type Cpu, type Meter, sumOf } from './meter.ts'
import type { Neighbour } from './neighbour.ts'
import type { Operation, Written } from './operation.ts'
import { Stream } from './stream.ts'

/** The cost of an operation that the service ran alone. */
export interface Trial {
  operation: Operation
  written: Written
  cpu: Cpu
  /** Milliseconds until the answer, or until the subscription was closed. */
  wall: number
  points: number
  path: string
  status: number
  refusal?: string
  bytes: number
  /** For a subscription: the number of items, and the delay of a plain subscriber in milliseconds. */
  items?: number
  delay?: number
}

export interface Bench {
  url: string
  meter: Meter
  neighbour: Neighbour
  /** The maximum time for a subscription to catch up. */
  catchUpMs: number
  /** The maximum time to wait for the plain subscriber. */
  delayMs: number
}

/** The milliseconds without an item after which a subscription counts as caught up. */
const QUIET_MS = 400
const FIRST_MS = 1500
const MOMENT_MS = 200

export const cpuOfTrial = ({ cpu }: Trial): number => sumOf(cpu)

/** Runs an operation on an idle service. Also returns the text of the answer. */
export async function run(
  bench: Bench,
  operation: Operation,
  written: Written,
): Promise<{ trial: Trial; text: string }> {
  if (operation.kind === 'subscription') return { trial: await subscribe(bench, operation, written), text: '' }
  const { result, cpu, wall } = await bench.meter.during(() => post(bench.url, written))
  const { text, ...answer }: Answer = result
  return { trial: { operation, written, cpu, wall, ...answer }, text }
}

async function subscribe(
  { url, meter, neighbour, catchUpMs, delayMs }: Bench,
  operation: Operation,
  written: Written,
): Promise<Trial> {
  const { result, cpu, wall } = await meter.during(async () => {
    const stream = await Stream.open(url, written)
    const opened = performance.now()
    const patience = written.query.includes('after:') ? FIRST_MS : QUIET_MS
    const isQuiet = () => performance.now() - stream.lastAt > (stream.items ? QUIET_MS : patience)
    while (!stream.ended && !isQuiet() && performance.now() - opened < catchUpMs) await sleep(10)
    const { items, bytes } = stream
    const delay = stream.refusal ? undefined : await delayOf(neighbour, delayMs)
    stream.close()
    return { status: stream.status, refusal: stream.refusal, points: charged(stream.headers), items, bytes, delay }
  })
  return { operation, written, cpu, wall, path: 'feed', ...result }
}

/**
 * Returns the delay of the plain subscriber. Measures a long delay twice, because other load on the machine may cause
 * it.
 */
async function delayOf(neighbour: Neighbour, deadlineMs: number): Promise<number> {
  const delay = await neighbour.delay(deadlineMs)
  return delay < MOMENT_MS ? delay : Math.min(delay, await neighbour.delay(deadlineMs))
}
