// Follows the log: a notification says that it has grown, a poll makes sure of it. Whatever is missed, the next look finds.
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Change } from './read.ts'

interface TailerOptions {
  /** A direct connection to the database: LISTEN does not work through a transaction pooler. */
  url: string
  /** Given each stretch of the log once, in order and without gaps. */
  onChanges: (changes: readonly Change[]) => void
  onProblem?: (problem: unknown) => void
}

const POLL_MS = 1000
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5000
const CONNECT_MS = 5000
/** A look at the log that takes longer has lost its connection. */
const STATEMENT_MS = 10_000
const BATCH = 500
/** How long a connection may take to end in order. */
const END_MS = 500

/** Reads what is added to the log by a connection of its own, which it opens anew when it is lost. */
export class Tailer {
  private readonly options: TailerOptions
  private readonly ended = new AbortController()
  private client: pg.Client | undefined
  /** Of the connection that is open, or is being opened. */
  private socket: Socket | undefined
  private advancing: Promise<void> | undefined
  private again = false
  private running: Promise<void> | undefined
  /** The last position that was handed on; undefined until the first look. */
  head: number | undefined

  constructor(options: TailerOptions) {
    this.options = options
  }

  /** Whether what is added now will be handed on. */
  get ready(): boolean {
    return this.client !== undefined && this.head !== undefined
  }

  /** Ends once it knows where the log ends, or has been stopped before. */
  async start(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    const stop = () => void this.stop()
    signal?.addEventListener('abort', stop)
    await new Promise<void>((resolve) => {
      this.running = this.run(resolve)
    })
    signal?.removeEventListener('abort', stop)
  }

  /** Ends within a second, also while no connection can be opened or the database does not answer. */
  async stop(): Promise<void> {
    this.ended.abort()
    if (this.client) await endOf(this.client)
    this.socket?.destroy()
    await this.running
  }

  private async run(onReady: () => void): Promise<void> {
    for (let failures = 0; !this.ended.signal.aborted; ) {
      try {
        await this.follow(() => {
          failures = 0
          onReady()
        })
      } catch (error) {
        if (!this.ended.signal.aborted) this.options.onProblem?.(error)
      }
      const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++) * (0.5 + Math.random() / 2)
      await sleep(wait, undefined, { signal: this.ended.signal }).catch(() => {})
    }
    onReady()
  }

  /** Until the connection is lost. */
  private async follow(onReady: () => void): Promise<void> {
    const socket = new Socket()
    const client = new pg.Client({
      connectionString: this.options.url,
      stream: () => socket,
      application_name: 'dateline feed',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: STATEMENT_MS,
      keepAlive: true,
    })
    const lost = new Promise<void>((resolve, reject) => client.on('error', reject).on('end', resolve))
    lost.catch(() => {})
    this.socket = socket
    try {
      await client.connect()
      await client.query('LISTEN dateline_feed')
      this.head ??= await headOf(client)
      this.client = client
      client.on('notification', () => void this.advance(client).catch(() => {}))
      onReady()
      await Promise.race([lost, this.poll(client)])
    } finally {
      this.client = undefined
      await endOf(client)
      socket.destroy()
    }
  }

  private async poll(client: pg.Client): Promise<void> {
    while (!this.ended.signal.aborted) {
      // What was written past the service, or by a process that ended before it could, is put into the log here.
      const { rows } = await client.query<{ moved: string }>('SELECT moved FROM sequence_changes()')
      await this.advance(client)
      if (Number(rows[0]?.moved) > 0) continue
      await sleep(POLL_MS, undefined, { signal: this.ended.signal }).catch(() => {})
    }
  }

  /** Reads up to the end; a call during another one has that look once more. */
  private advance(client: pg.Client): Promise<void> {
    this.again = true
    this.advancing ??= this.readOn(client).finally(() => {
      this.advancing = undefined
    })
    return this.advancing
  }

  private async readOn(client: pg.Client): Promise<void> {
    while (this.again) {
      this.again = false
      const changes = await readAfter(client, this.head ?? 0)
      if (changes.length === BATCH) this.again = true
      const [first] = changes
      if (!first) continue
      if (first.position !== (this.head ?? 0) + 1)
        throw new Error(`The change log goes on at ${first.position} after ${this.head}: what is between is gone.`)
      this.head = changes.at(-1)?.position
      this.options.onChanges(changes)
    }
  }
}

/** A server that does not answer would have a connection end only when the system gives it up. */
const endOf = (client: pg.Client): Promise<void> =>
  Promise.race([client.end().catch(() => {}), sleep(END_MS, undefined, { ref: false })])

async function headOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ position: string }>('SELECT log_head() AS position')
  return Number(rows[0]?.position)
}

async function readAfter(client: pg.Client, position: number): Promise<Change[]> {
  const { rows } = await client.query<Omit<Change, 'position'> & { position: string }>({
    name: 'changes',
    text: `SELECT * FROM "Change" WHERE position > $1 ORDER BY position LIMIT ${BATCH}`,
    values: [position],
  })
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}
