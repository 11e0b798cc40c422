// The process of the attackers: runs one job for its parent, and returns the numbers of answers.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Written } from '../worst/operation.ts'
import { Stream } from '../worst/stream.ts'

export interface Attack {
  url: string
  operations: Written[]
  /** The addresses of the clients, used in turn. */
  addresses: string[]
  /** The number of concurrent requests or open streams. */
  connections: number
  seconds: number
  how: 'requests' | 'streams'
}

/** The number of answers by status. */
export type Statuses = Record<string, number>

process.on('message', (attack: Attack) => {
  const work = attack.how === 'requests' ? sendRequests(attack) : openStreams(attack)
  work.then((statuses) => process.send?.(statuses))
})
process.on('disconnect', () => process.exit())

const headersFrom = (address: string) => ({
  'content-type': 'application/json',
  accept: 'application/graphql-response+json',
  'x-forwarded-for': address,
})

const turn = <T>(all: readonly T[], place: number) => all[place % all.length] as T

async function sendRequests({ url, operations, addresses, connections, seconds }: Attack): Promise<Statuses> {
  const statuses: Statuses = {}
  const signal = AbortSignal.timeout(seconds * 1000)
  const bodies = operations.map((operation) => JSON.stringify(operation))
  let sent = 0
  const ask = async (address: string) => {
    const place = sent++
    const init = { method: 'POST', body: turn(bodies, place), headers: headersFrom(address), signal }
    let status = 'cut off'
    try {
      const response = await fetch(url, init)
      status = String(response.status)
      await response.arrayBuffer()
    } catch {
      if (signal.aborted) status = 'not answered'
    }
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  const keepAsking = async (_: unknown, connection: number) => {
    while (!signal.aborted) await ask(turn(addresses, connection))
  }
  await Promise.all(Array.from({ length: connections }, keepAsking))
  return statuses
}

async function openStreams({ url, operations, addresses, connections, seconds }: Attack): Promise<Statuses> {
  const statuses: Statuses = {}
  const end = sleep(seconds * 1000)
  const open = async (_: unknown, place: number) => {
    const headers = { 'x-forwarded-for': turn(addresses, place) }
    const stream = await Promise.race([Stream.open(url, turn(operations, place), headers), end.then(() => undefined)])
    const status = stream ? String(stream.status || stream.refusal) : 'not answered'
    statuses[status] = (statuses[status] ?? 0) + 1
    await end
    stream?.close()
  }
  await Promise.all(Array.from({ length: connections }, open))
  return statuses
}
