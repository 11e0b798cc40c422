import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, charged, post } from './asker.ts'
import { type Cpu, type Meter, sumOf } from './meter.ts'
import type { Neighbour } from './neighbour.ts'
import type { Operation, Written } from './operation.ts'
import { Stream } from './stream.ts'

/** What an operation cost the service, measured alone. */
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
  /** Of a subscription: the items that came, and after how long a plain subscriber was told of an event. */
  items?: number
  delay?: number
}

export interface Bench {
  url: string
  meter: Meter
  neighbour: Neighbour
  /** For how long a subscription may catch up. */
  catchUpMs: number
  /** For how long a plain subscriber is waited for. */
  delayMs: number
}

/** How long nothing comes before a subscription counts as caught up: after its last item, and before its first. */
const QUIET_MS = 400
const FIRST_MS = 1500
const MOMENT_MS = 200

export const cpuOfTrial = ({ cpu }: Trial): number => sumOf(cpu)

/** Runs an operation on a service that does nothing else; gives also the text of the answer. */
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

/** A delay that is more than a moment has to be met twice, as it can come from something else on the machine. */
async function delayOf(neighbour: Neighbour, deadlineMs: number): Promise<number> {
  const delay = await neighbour.delay(deadlineMs)
  return delay < MOMENT_MS ? delay : Math.min(delay, await neighbour.delay(deadlineMs))
}
