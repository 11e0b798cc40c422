// Kills and freezes services, closes connections, crashes PostgreSQL, restores backups and prunes the log, while
// writers write and clients follow. At the end each client must have received each expected event once, in the order of
// the log.
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { v7 } from 'uuid'
import { WebSocket } from 'ws'
import { follow, overFetch, type Subscribe } from '../../packages/client/follow.js'
import { startEmbedded } from '../../src/db/embedded.ts'
import { Database, NAME } from './database.ts'
import { Gate } from './gate.ts'
import { doHarm, type Harm, type Plan } from './harm.ts'
import { Client, Ledger, type Wrongs } from './ledger.ts'
import { freePort, Service } from './service.ts'

export interface Counts extends Harm, Wrongs {
  /** Committed events, and of them those whose writers received an answer. */
  written: number
  acknowledged: number
  /** Deliveries to all clients, and reported gaps. */
  delivered: number
  gaps: number
  acknowledgedButMissing: number
  /** The number of times a service exited by itself. */
  failures: number
}

interface ChaosOptions {
  /** The directory of the cluster that the run starts. */
  dir: string
  plan: Plan
  services?: number
  clients?: number
  writers?: number
}

const KEY = `dl_${'chaos'.repeat(8)}abc`
const TYPES = ['PROTEST', 'MEETING', 'OTHER']
const QUERY = `subscription ($where: EventWhere, $after: String) {
  eventAdded(where: $where, after: $after) { cursor event { slug } }
}`

/**
 * The milliseconds without an event after which a client reopens its subscription. A client with a filter receives
 * nothing while its service reads the events of a large transaction that do not match.
 */
const SILENCE_MS = 4000
const FILTERED_SILENCE_MS = 20_000

export async function runChaos({ dir, plan, ...sizes }: ChaosOptions): Promise<Counts> {
  const { services: serviceCount = 3, clients: clientCount = 30, writers: writerCount = 12 } = sizes
  const cluster = await startEmbedded({ dir, durable: true, database: NAME })
  const database = new Database(cluster.url, cluster.adminUrl)
  const services: Service[] = []
  const stops: (() => void)[] = []
  try {
    const env = { DATABASE_URL: cluster.url, ADMIN_API_KEY: KEY, RATE_LIMIT: '0', LOG_LEVEL: 'silent' }
    for (let i = 0; i < serviceCount; i++) services.push(new Service(await freePort(), env))
    // The first service migrates and seeds.
    for (const service of services) {
      service.start()
      await service.ready()
    }
    const some = () => services[Math.floor(Math.random() * services.length)] as Service
    const ledger = new Ledger()
    const clients = Array.from({ length: clientCount }, (_, i) => new Client(TYPES[i % (TYPES.length + 1)]))
    const after = await feedCursor(some)
    for (const [i, client] of clients.entries()) stops.push(startClient(client, i % 2 === 0, after, some))
    const over = new AbortController()
    const acknowledged = new Set<string>()
    const gate = new Gate()
    const note = (slug: string | undefined) => slug && acknowledged.add(slug)
    const writers = Array.from({ length: writerCount }, (_, i) =>
      i % 3 === 0 ? writeByService(some, gate, note, over.signal) : writeByHand(database, gate, note, over.signal),
    )
    const harm = await doHarm({ database, services, ledger, gate, plan })
    over.abort()
    await Promise.all(writers)
    for (const service of services) await service.ready()
    ledger.keep(await database.readLog())
    await untilComplete(clients, ledger)
    return {
      ...harm,
      failures: services.reduce((sum, { failures }) => sum + failures, 0),
      ...judge(clients, ledger, acknowledged),
    }
  } finally {
    for (const stop of stops) stop()
    for (const service of services) await service.kill('SIGKILL')
    await cluster.stop()
    // A crash closed the connection that registered the user of the server. Joining again makes it possible to stop it.
    await (await startEmbedded({ dir, durable: true, database: NAME })).stop()
  }
}

/** Returns the end of the log. Asks services until one answers. */
async function feedCursor(some: () => Service): Promise<string> {
  for (;;) {
    try {
      const answer = await fetch(`${some().url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ feedCursor }' }),
        signal: AbortSignal.timeout(2000),
      })
      const { data } = (await answer.json()) as { data?: { feedCursor: string } }
      if (data) return data.feedCursor
    } catch {
      // The service was killed, is frozen, or has no database.
    }
    await sleep(50)
  }
}

function startClient(client: Client, overHttp: boolean, after: string, some: () => Service): () => void {
  const where = client.type && { type: { eq: client.type } }
  const subscribe: Subscribe = (cursor, sink) => {
    const url = `${some().url}/graphql`
    if (overHttp) return overFetch(url, { query: QUERY, variables: { where } })(cursor, sink)
    const connection = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 })
    const end = connection.subscribe({ query: QUERY, variables: { where, after: cursor } }, sink)
    return () => {
      end()
      // It may still be connecting to a service that has exited.
      Promise.resolve(connection.dispose()).catch(() => {})
    }
  }
  client.begin(after)
  return follow<{ cursor: string; event: { slug: string } }>(subscribe, {
    after,
    retry: 100,
    silence: client.type ? FILTERED_SILENCE_MS : SILENCE_MS,
    onEvent: ({ event }, cursor) => client.receive(cursor, event.slug),
    onGap: async (error) => {
      const asked = performance.now()
      const cursor = await feedCursor(some)
      client.begin(cursor, `Asked at ${(asked / 1000).toFixed(2)} s, because: ${JSON.stringify(error)}`)
      return cursor
    },
  })
}

const anyType = () => TYPES[Math.floor(Math.random() * TYPES.length)] as string

type Note = (slug: string | undefined) => void

async function writeByHand(database: Database, gate: Gate, note: Note, over: AbortSignal): Promise<void> {
  const write = async (client: Parameters<Database['add']>[0]) => {
    while (!over.aborted) await gate.pass(async () => note(await database.add(client, anyType())))
  }
  while (!over.aborted) await database.with(write, { name: 'writer' }).catch(() => sleep(50))
}

async function writeByService(some: () => Service, gate: Gate, note: Note, over: AbortSignal): Promise<void> {
  const query =
    'mutation ($input: EventCreateInput!) { eventCreate(input: $input) { ... on EventCreateSuccess { event { slug } } } }'
  const date = { precision: 'UNKNOWN', basis: 'STATED' }
  const write = async () => {
    const input = { title: `Chaos ${v7()}`, type: anyType(), status: 'OCCURRED', certainty: 'ASSERTED', date }
    const answer = await fetch(`${some().url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
      body: JSON.stringify({ query, variables: { input } }),
      signal: AbortSignal.timeout(5000),
    })
    const { data } = (await answer.json()) as { data?: { eventCreate?: { event?: { slug: string } } } }
    note(data?.eventCreate?.event?.slug)
  }
  while (!over.aborted) {
    await gate.pass(write).catch(() => sleep(50))
    await sleep(Math.random() * 40)
  }
}

/** The milliseconds without any delivery after which the clients are considered stuck. */
const PATIENCE_MS = 60_000

async function untilComplete(clients: readonly Client[], ledger: Ledger): Promise<void> {
  const delivered = () => clients.reduce((sum, each) => sum + each.delivered, 0)
  let known = delivered()
  let since = performance.now()
  while (!clients.every((client) => ledger.isComplete(client)) && performance.now() - since < PATIENCE_MS) {
    await sleep(100)
    if (delivered() > known) since = performance.now()
    known = delivered()
  }
}

function judge(clients: readonly Client[], ledger: Ledger, acknowledged: ReadonlySet<string>) {
  const { slugs } = ledger
  const wrongs = clients.map((client, i) =>
    ledger.judge(client, (text) => console.error(`Client ${i}, of ${client.type ?? 'all'}: ${text}`)),
  )
  const sum = (of: keyof Wrongs) => wrongs.reduce((total, each) => total + each[of], 0)
  return {
    written: slugs.size,
    acknowledged: acknowledged.size,
    delivered: clients.reduce((total, each) => total + each.delivered, 0),
    gaps: clients.reduce((total, { ranges }) => total + ranges.length - 1, 0),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    disordered: sum('disordered'),
    untrue: sum('untrue'),
    falseGaps: sum('falseGaps'),
    acknowledgedButMissing: [...acknowledged].filter((slug) => !slugs.has(slug)).length,
  }
}
