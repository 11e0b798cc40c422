// Services are killed, connections cut, PostgreSQL crashes, while writers write and clients follow. In the end each client has
// to have got each event that it should, once, in the order of the log.
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import pg from 'pg'
import { v7 } from 'uuid'
import { WebSocket } from 'ws'
import { follow, overFetch, type Subscribe } from '../../src/client/follow.js'
import { startEmbedded } from '../../src/db/embedded.ts'
import { freePort, Service } from './service.ts'

export interface Counts {
  /** Events that were committed, and of them those whose writers were told so. */
  written: number
  acknowledged: number
  /** How often a service was killed, connections were ended, and PostgreSQL crashed. */
  kills: number
  cuts: number
  crashes: number
  /** Deliveries to all clients together. */
  delivered: number
  /** What must not be. */
  lost: number
  duplicated: number
  disordered: number
  acknowledgedButMissing: number
}

interface ChaosOptions {
  /** Where the cluster lives that this starts for itself. */
  dir: string
  seconds: number
  services?: number
  clients?: number
  writers?: number
}

const KEY = `dl_${'chaos'.repeat(8)}abc`
const TYPES = ['PROTEST', 'MEETING', 'OTHER']
const QUERY = `subscription ($where: EventWhere, $after: String) {
  eventAdded(where: $where, after: $after) { cursor event { slug } }
}`

interface Client {
  type: string | undefined
  slugs: string[]
  stop(): void
}

export async function runChaos({ dir, seconds, ...sizes }: ChaosOptions): Promise<Counts> {
  const { services: serviceCount = 3, clients: clientCount = 30, writers: writerCount = 12 } = sizes
  const cluster = await startEmbedded({ dir, durable: true, database: 'chaos' })
  const services: Service[] = []
  const clients: Client[] = []
  try {
    const env = { DATABASE_URL: cluster.url, ADMIN_API_KEY: KEY, RATE_LIMIT: '0', LOG_LEVEL: 'silent' }
    for (let i = 0; i < serviceCount; i++) services.push(new Service(await freePort(), env))
    // The first one migrates and seeds.
    for (const service of services) {
      service.start()
      await service.ready()
    }
    const { position, cursor } = await beginning(cluster.url, services)
    const some = () => services[Math.floor(Math.random() * services.length)] as Service
    for (let i = 0; i < clientCount; i++)
      clients.push(startClient(i % 2 === 0, i % 3 === 0 ? TYPES[i % TYPES.length] : undefined, cursor, some))
    const over = AbortSignal.timeout(seconds * 1000)
    const acknowledged = new Set<string>()
    const writers = Array.from({ length: writerCount }, (_, i) =>
      i % 3 === 0 ? writeByService(some, acknowledged, over) : writeByHand(cluster.url, acknowledged, over),
    )
    const harm = await doHarm(cluster.url, services, seconds, over)
    await Promise.all(writers)
    for (const service of services) await service.ready()
    return { ...harm, ...(await judge(cluster.url, position, clients, acknowledged)) }
  } finally {
    for (const client of clients) client.stop()
    for (const service of services) await service.kill('SIGKILL')
    await cluster.stop()
    // A crash ended the connection by which the server knew of its user: only who joins anew can stop it.
    await (await startEmbedded({ dir, durable: true, database: 'chaos' })).stop()
  }
}

async function beginning(url: string, [service]: Service[]): Promise<{ position: string; cursor: string }> {
  const answer = await fetch(`${service?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ feedCursor }' }),
  })
  const { data } = (await answer.json()) as { data: { feedCursor: string } }
  const [head] = await query<{ position: string }>(url, 'SELECT log_head() AS position')
  return { position: head?.position ?? '0', cursor: data.feedCursor }
}

function startClient(overHttp: boolean, type: string | undefined, after: string, some: () => Service): Client {
  const slugs: string[] = []
  const where = type && { type: { eq: type } }
  const subscribe: Subscribe = (cursor, sink) => {
    const url = `${some().url}/graphql`
    if (overHttp) return overFetch(url, { query: QUERY, variables: { where } })(cursor, sink)
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 })
    const end = client.subscribe({ query: QUERY, variables: { where, after: cursor } }, sink)
    return () => {
      end()
      // It may be connecting still, to a service that is gone.
      Promise.resolve(client.dispose()).catch(() => {})
    }
  }
  const stop = follow<{ cursor: string; event: { slug: string } }>(subscribe, {
    after,
    retry: 100,
    silence: 4000,
    onEvent: ({ event }) => slugs.push(event.slug),
  })
  return { type, slugs, stop }
}

const INSERT = `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
  VALUES ($1, $2, 'Chaos', $3::"EventType", 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`

const anyType = () => TYPES[Math.floor(Math.random() * TYPES.length)]

/** Transactions that stay open for a while, each fifth of which is rolled back. */
async function writeByHand(url: string, acknowledged: Set<string>, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000, application_name: 'writer' })
    client.on('error', () => {})
    try {
      await client.connect()
      while (!over.aborted) {
        const slug = `chaos-${v7()}`
        await client.query('BEGIN')
        await client.query(INSERT, [v7(), slug, anyType()])
        await sleep(Math.random() * 60)
        if (Math.random() < 0.2) await client.query('ROLLBACK')
        else {
          await client.query('COMMIT')
          acknowledged.add(slug)
        }
      }
    } catch {
      await sleep(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

async function writeByService(some: () => Service, acknowledged: Set<string>, over: AbortSignal): Promise<void> {
  const mutation =
    'mutation ($input: EventCreateInput!) { eventCreate(input: $input) { ... on EventCreateSuccess { event { slug } } } }'
  while (!over.aborted) {
    const date = { precision: 'UNKNOWN', basis: 'STATED' }
    const input = { title: `Chaos ${v7()}`, type: anyType(), status: 'OCCURRED', certainty: 'ASSERTED', date }
    try {
      const answer = await fetch(`${some().url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
        body: JSON.stringify({ query: mutation, variables: { input } }),
        signal: AbortSignal.timeout(5000),
      })
      const { data } = (await answer.json()) as { data?: { eventCreate?: { event?: { slug: string } } } }
      if (data?.eventCreate?.event) acknowledged.add(data.eventCreate.event.slug)
    } catch {
      await sleep(50)
    }
    await sleep(Math.random() * 40)
  }
}

async function doHarm(url: string, services: Service[], seconds: number, over: AbortSignal) {
  const harm = { kills: 0, cuts: 0, crashes: 0 }
  const crashAt = Date.now() + seconds * 500
  while (!over.aborted) {
    await sleep(300 + Math.random() * 900)
    if (over.aborted) break
    if (harm.crashes === 0 && Date.now() > crashAt) {
      await crash(url)
      harm.crashes++
    } else if (Math.random() < 0.4) {
      const [victim] = services.filter(() => Math.random() < 0.5)
      if (!victim) continue
      await victim.kill('SIGKILL')
      victim.start()
      harm.kills++
    } else {
      const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = 'chaos' AND pid <> pg_backend_pid() AND random() < 0.4`
      await query(url, cut).catch(() => {})
      harm.cuts++
    }
  }
  return harm
}

/** As an immediate restart does: one process that dies hard takes all sessions with it, and PostgreSQL recovers from its log. */
async function crash(url: string): Promise<void> {
  const [backend] = await query<{ pid: number }>(
    url,
    `SELECT pid FROM pg_stat_activity WHERE datname = 'chaos' AND pid <> pg_backend_pid() LIMIT 1`,
  ).catch(() => [])
  if (backend) process.kill(backend.pid, 'SIGKILL')
}

async function judge(url: string, position: string, clients: Client[], acknowledged: Set<string>) {
  await untilQuiet(url)
  const log = await query<{ slug: string; type: string }>(
    url,
    `SELECT c.after ->> 'slug' AS slug, c.after ->> 'type' AS type FROM "Change" c
     WHERE c.position > $1 AND c.type = 'EVENT' AND c.operation = 'CREATED' ORDER BY c.position`,
    [position],
  )
  const wanted = ({ type }: Client) => log.filter((entry) => !type || entry.type === type).map(({ slug }) => slug)
  const deadline = Date.now() + 30_000
  while (clients.some((client) => client.slugs.length < wanted(client).length) && Date.now() < deadline)
    await sleep(100)
  const counts = { delivered: 0, lost: 0, duplicated: 0, disordered: 0 }
  for (const client of clients) {
    const expected = wanted(client)
    const got = new Set(client.slugs)
    const place = new Map(expected.map((slug, at) => [slug, at]))
    counts.delivered += client.slugs.length
    counts.lost += expected.filter((slug) => !got.has(slug)).length
    counts.duplicated += client.slugs.length - got.size
    counts.disordered += client.slugs.filter(
      (slug, at) => at > 0 && (place.get(slug) ?? -1) < (place.get(client.slugs[at - 1] ?? '') ?? -1),
    ).length
  }
  const known = new Set(log.map(({ slug }) => slug))
  return {
    ...counts,
    written: log.length,
    acknowledged: acknowledged.size,
    acknowledgedButMissing: [...acknowledged].filter((slug) => !known.has(slug)).length,
  }
}

async function untilQuiet(url: string): Promise<void> {
  for (;;) {
    const [row] = await query<{ pending: string }>(url, 'SELECT count(*) AS pending FROM "ChangePending"').catch(
      () => [],
    )
    if (row?.pending === '0') return
    await sleep(200)
  }
}

async function query<T extends object>(url: string, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<T>(text, values)).rows
  } finally {
    await client.end().catch(() => {})
  }
}
