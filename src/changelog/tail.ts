// Reads new changes of the log after a notification, and by polling in case a notification is lost. Each read checks that the log
// is still the same: a backup may have been restored, or a standby that lacks the last transactions may have become the primary.
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Change } from './change.ts'

/** The epoch and the end of the log that is read. */
export interface LogEnd {
  epoch: string
  position: number
  /** The last pruned position; 0 if nothing was pruned. */
  oldest: number
}

/** Why a log cannot be read without a gap: its next changes were pruned, or another log has replaced it. */
export type Break = 'pruned' | 'replaced'

interface TailerOptions {
  /** A direct connection to the database: LISTEN does not work through a transaction pooler. */
  url: string
  /** The database from which the log and its records are read, which may be a standby. Default: `url`. */
  readUrl?: string
  /** Called with each batch of the log once, in order and without gaps. */
  onChanges: (changes: readonly Change[]) => void
  /** Called when the log cannot be read from the last position on. The next batch starts after `end`. */
  onBreak: (reason: Break, end: LogEnd) => void
  onProblem?: (problem: unknown) => void
}

const POLL_MS = 1000
/** The polling interval while the database lacks a position that a notification announced. */
const BEHIND_MS = 50
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5000
const CONNECT_MS = 5000
/** The time limit of a statement. After that the connection counts as lost. */
const STATEMENT_MS = 10_000
const BATCH = 500
/** How long closing a connection may take. */
const END_MS = 500

/** Reads the entries that are added to the log, over its own connection. Reconnects when the connection is lost. */
export class Tailer {
  private readonly options: TailerOptions
  private readonly ended = new AbortController()
  private clients: pg.Client[] = []
  /** The sockets of connections that are open or being opened. */
  private sockets: Socket[] = []
  private advancing: Promise<void> | undefined
  private again = false
  private running: Promise<void> | undefined
  private epoch = ''
  private oldest = 0
  /** The last change that was delivered. Identifies the log. Undefined if the log was empty at the start. */
  private last: Change | undefined
  /** The highest position in a notification. */
  private announced = 0
  private isBehind = false
  private listener: pg.Client | undefined
  private reader: pg.Client | undefined
  /** The last position that was delivered; undefined before the first read. */
  head: number | undefined

  constructor(options: TailerOptions) {
    this.options = options
  }

  /** Whether new entries are being delivered. */
  get ready(): boolean {
    return this.clients.length > 0 && this.head !== undefined && !this.isBehind
  }

  /** The epoch and the last delivered position; undefined before the first read. */
  get end(): LogEnd | undefined {
    return this.head === undefined ? undefined : { epoch: this.epoch, position: this.head, oldest: this.oldest }
  }

  /** Reads the log now, if a connection is open. */
  async look(): Promise<void> {
    if (this.reader) await this.advance(this.reader).catch(() => {})
  }

  /** Starts to read, until `stop`. Resolves when the position of the end of the log is known, or when the tailer was stopped. */
  async start(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    const stop = () => void this.stop()
    signal?.addEventListener('abort', stop)
    await new Promise<void>((resolve) => {
      this.running = this.run(resolve)
    })
    signal?.removeEventListener('abort', stop)
  }

  /** Stops within a second, even if no connection can be opened or the database does not answer. */
  async stop(): Promise<void> {
    this.ended.abort()
    await Promise.all(this.clients.map(endOf))
    for (const socket of this.sockets) socket.destroy()
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

  /** Reads the log until a connection is lost. */
  private async follow(onReady: () => void): Promise<void> {
    const { url, readUrl = url } = this.options
    const opened: pg.Client[] = []
    try {
      const [listener, lost] = this.connection(url)
      const [reader, readerLost] = readUrl === url ? [listener, lost] : this.connection(readUrl)
      for (const client of new Set([listener, reader])) {
        opened.push(client)
        await client.connect()
      }
      await listener.query('LISTEN dateline_feed')
      if (this.head === undefined) {
        const end = await endOfLog(reader)
        this.begin(end, end.last)
      }
      this.clients = opened
      this.listener = listener
      this.reader = reader
      listener.on('notification', ({ payload }) => {
        this.announced = Math.max(this.announced, Number(payload) || 0)
        void this.advance(reader).catch(() => {})
      })
      // `whole` also finds transactions that a call for the newest transactions would miss.
      await listener.query(`SELECT sequence_changes(${BATCH}, whole => true)`)
      onReady()
      await Promise.race([lost, readerLost, this.poll(listener, reader)])
    } finally {
      this.clients = []
      this.listener = undefined
      this.reader = undefined
      await Promise.all(opened.map(endOf))
      for (const socket of this.sockets.splice(0)) socket.destroy()
    }
  }

  private connection(url: string): [client: pg.Client, lost: Promise<void>] {
    const socket = new Socket()
    this.sockets.push(socket)
    const client = new pg.Client({
      connectionString: url,
      stream: () => socket,
      application_name: 'dateline feed',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: STATEMENT_MS,
      keepAlive: true,
    })
    const lost = new Promise<void>((resolve, reject) => client.on('error', reject).on('end', resolve))
    lost.catch(() => {})
    return [client, lost]
  }

  private begin({ epoch, position, oldest }: LogEnd, last?: Change): void {
    this.epoch = epoch
    this.oldest = oldest
    this.head = position
    this.last = last
    this.announced = 0
    this.isBehind = false
  }

  private async poll(listener: pg.Client, reader: pg.Client): Promise<void> {
    while (!this.ended.signal.aborted) {
      // Sequences changes that were written without the service, or by a process that ended before it sequenced them.
      const moved = await sequenceBatch(listener)
      await this.advance(reader)
      if (moved > 0) continue
      const isEarly = this.announced > (this.head ?? 0) || this.isBehind
      await sleep(isEarly ? BEHIND_MS : POLL_MS, undefined, { signal: this.ended.signal }).catch(() => {})
    }
  }

  /** Reads up to the end of the log. A call during another one makes that one read again. */
  private advance(reader: pg.Client): Promise<void> {
    this.again = true
    this.advancing ??= this.readOn(reader).finally(() => {
      this.advancing = undefined
    })
    return this.advancing
  }

  private async readOn(reader: pg.Client): Promise<void> {
    while (this.again) {
      this.again = false
      const head = this.head ?? 0
      const found = await readFrom(reader, head)
      const { oldest, changes } = found
      const known = changes[0]?.position === head ? changes.shift() : undefined
      const [first] = changes
      const reason = this.breakIn(found, known, first)
      if (reason) {
        // Clients then read the end of the log. If it lacked committed changes, they would receive changes again that they
        // received from the old log.
        if (reason === 'replaced') await this.sequenceAll()
        const end = await endOfLog(reader)
        this.begin(end, end.last)
        this.options.onBreak(reason, end)
        continue
      }
      // A standby that lacks the last delivered change is behind the database that was read before.
      this.isBehind = known === undefined && oldest < head
      if (!first || this.isBehind) continue
      if (changes.length >= BATCH) this.again = true
      this.last = changes.at(-1)
      this.head = this.last?.position
      this.options.onChanges(changes)
    }
  }

  /** Sequences all changes that were committed before the call. */
  private async sequenceAll(): Promise<void> {
    while (this.listener && (await sequenceBatch(this.listener)) > 0);
  }

  /** Checks for a gap. `known` is the entry at the last delivered position, `first` the next entry. */
  private breakIn(
    { epoch, oldest, isStandby }: Awaited<ReturnType<typeof readFrom>>,
    known: Change | undefined,
    first: Change | undefined,
  ): Break | undefined {
    const { head = 0, last } = this
    if (epoch !== this.epoch) return 'replaced'
    if (oldest > head) return 'pruned'
    if (known && last && !isSame(known, last)) return 'replaced'
    if (!known && oldest < head && !isStandby) return 'replaced'
    return first && first.position !== head + 1 ? 'replaced' : undefined
  }
}

const isSame = (one: Change, other: Change): boolean =>
  one.entityId === other.entityId &&
  one.version === other.version &&
  one.committedAt.getTime() === other.committedAt.getTime()

/** Closes a connection, and stops waiting after `END_MS`: a server that does not answer would delay it until TCP times out. */
const endOf = (client: pg.Client): Promise<void> =>
  Promise.race([client.end().catch(() => {}), sleep(END_MS, undefined, { ref: false })])

/** Moves committed changes into the log. Returns their number. */
async function sequenceBatch(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ moved: string }>(`SELECT moved FROM sequence_changes(${BATCH})`)
  return Number(rows[0]?.moved)
}

async function endOfLog(client: pg.Client): Promise<LogEnd & { last: Change | undefined }> {
  const sql =
    'SELECT f.epoch, f.oldest, c.*, log_head() AS position FROM "FeedHead" f LEFT JOIN "Change" c ON c.position = log_head()'
  const { rows } = await client.query<ChangeRow & { epoch: string; oldest: string }>(sql)
  const [row] = rows
  if (!row) throw new Error('The row of FeedHead is missing: create the database with "dateline migrate".')
  const last = changeOf(row)
  const { epoch, oldest } = row
  return { epoch, position: last.position, oldest: Number(oldest), last: row.type === null ? undefined : last }
}

type ChangeRow = Omit<Change, 'position' | 'type'> & { position: string; type: Change['type'] | null }

const changeOf = ({ position, ...row }: ChangeRow): Change => ({ ...(row as Change), position: Number(position) })

/** Reads the change at a position and those after it. */
async function readFrom(client: pg.Client, position: number) {
  const { rows } = await client.query<ChangeRow & { epoch: string; oldest: string; standby: boolean }>({
    name: 'changes',
    text: `SELECT c.*, f.epoch, f.oldest, pg_is_in_recovery() AS standby FROM "FeedHead" f LEFT JOIN LATERAL (
        SELECT * FROM "Change" WHERE position >= $1 ORDER BY position LIMIT ${BATCH + 1}) c ON true`,
    values: [position],
  })
  const changes = rows.filter(({ type }) => type !== null).map(changeOf)
  const [{ epoch = '', oldest = '0', standby = false } = {}] = rows
  return { epoch, oldest: Number(oldest), isStandby: standby, changes }
}
