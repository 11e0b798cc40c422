// The neighbours of the attackers: callers with few requests, and the measurements of their answers.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Neighbour } from '../worst/neighbour.ts'

export interface Service {
  url: string
  /** Has the scope "write". */
  key: string
  neighbour: Neighbour
  /** The bodies of requests of the query Q1. */
  bodies: string[]
}

/** The measurements of one kind of caller. */
export interface Seen {
  /** Milliseconds until each successful answer. */
  times: number[]
  failed: number
  /** The number of failures by reason, such as the status of the answer. */
  why: Record<string, number>
}

export interface Experience {
  reads: Seen
  writes: Seen
  ready: Seen
  /** From the commit of an event to its delivery. An event that is not delivered is a failure. */
  feed: Seen
}

/** Requests per second. */
const RATES = { reads: 20, writes: 5, ready: 5, feed: 5 } as const
const PATIENCE_MS = 30_000

const CREATE = `mutation ($input: EventCreateInput!) {
  eventCreate(input: $input) { __typename ... on EventCreateSuccess { event { id } } }
}`
const input = {
  title: 'A meeting that is written while others attack',
  type: 'MEETING',
  status: 'OCCURRED',
  certainty: 'ASSERTED',
  date: { precision: 'DAY', basis: 'STATED', earliest: '2026-11-01', latest: '2026-11-01' },
}

/** Runs all kinds of callers for some seconds, and waits for their answers. */
export async function liveBeside({ url, key, neighbour, bodies }: Service, seconds: number): Promise<Experience> {
  const from = (address: string) => ({ 'content-type': 'application/json', 'x-forwarded-for': address })
  const post = (body: string, headers: Record<string, string>) => ask(url, { method: 'POST', body, headers })
  const write = JSON.stringify({ query: CREATE, variables: { input } })
  const [reads, writes, ready, feed] = await Promise.all([
    atRate(RATES.reads, seconds, async (i) => {
      const text = await post(bodies[i % bodies.length] ?? '', from('10.0.0.1'))
      if (!text.startsWith('{"data":{')) throw new Error('no data')
    }),
    atRate(RATES.writes, seconds, async () => {
      const text = await post(write, { ...from('10.0.0.2'), authorization: `Bearer ${key}` })
      if (!text.includes('EventCreateSuccess')) throw new Error(text.match(/"code":"(\w+)"/)?.[1] ?? 'not written')
    }),
    atRate(RATES.ready, seconds, async () => {
      await ask(new URL('/readyz', url).href, { headers: from('10.0.0.3') })
    }),
    follow(neighbour, seconds),
  ])
  return { reads, writes, ready, feed }
}

async function ask(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
  const text = await response.text()
  if (response.status !== 200) throw new Error(String(response.status))
  return text
}

/** Starts requests at a constant rate per second, even if earlier ones have no answer yet. */
async function atRate(rate: number, seconds: number, send: (place: number) => Promise<void>): Promise<Seen> {
  const seen: Seen = { times: [], failed: 0, why: {} }
  const begun = performance.now()
  const sent: Promise<void>[] = []
  for (let place = 0; place < rate * seconds; place++) {
    await sleep(Math.max(0, begun + (place * 1000) / rate - performance.now()))
    const at = performance.now()
    sent.push(
      send(place).then(
        () => void seen.times.push(performance.now() - at),
        (error: unknown) => fail(seen, error instanceof Error ? error.message : String(error)),
      ),
    )
  }
  await Promise.all(sent)
  return seen
}

/** Adds events by SQL, without the service, and measures when the plain subscriber receives them. */
async function follow(neighbour: Neighbour, seconds: number): Promise<Seen> {
  const seen: Seen = { times: [], failed: 0, why: {} }
  const begun = performance.now()
  const added: { slug: string; committed: number }[] = []
  for (let place = 0; performance.now() - begun < seconds * 1000; place++) {
    await sleep(Math.max(0, begun + (place * 1000) / RATES.feed - performance.now()))
    added.push(await neighbour.add())
  }
  const isTold = ({ slug }: { slug: string }) => neighbour.told.has(slug)
  const deadline = performance.now() + PATIENCE_MS
  while (!added.every(isTold) && performance.now() < deadline) await sleep(20)
  for (const { slug, committed } of added) {
    const at = neighbour.told.get(slug)
    if (at) seen.times.push(at - committed)
    else fail(seen, 'not delivered')
  }
  return seen
}

function fail(seen: Seen, why: string): void {
  seen.failed++
  seen.why[why] = (seen.why[why] ?? 0) + 1
}
