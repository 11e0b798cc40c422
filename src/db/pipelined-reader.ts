import { Socket } from 'node:net'
import pg from 'pg'
import { corkUntilNextTick } from './socket.ts'

/**
 * A named statement, and the values of its parameters. It yields one row: a text or null, and the milliseconds that the server
 * spent.
 */
export interface PreparedStatement {
  name: string
  text: string
  values: unknown[]
}

/** What a statement yielded, and the time that the server spent on it. */
export interface Answer {
  text: string | null
  milliseconds: number
}

const times = new WeakMap<object, number>()

/** Notes how long a statement took before it failed. */
export function addMilliseconds(error: unknown, milliseconds: number): unknown {
  if (typeof error === 'object' && error !== null) times.set(error, (times.get(error) ?? 0) + milliseconds)
  return error
}

/** How long the statement took that failed with this error. */
export const millisecondsOf = (error: unknown): number =>
  typeof error === 'object' && error !== null ? (times.get(error) ?? 0) : 0

interface PipelinedConnection {
  client: pg.Client
  socket: Socket
  /** Settled once it can be used. */
  open: Promise<unknown>
  /** What was sent and is not answered yet. */
  sent: Set<Promise<unknown>>
  /** When the last answer came, in milliseconds. */
  answeredAt: number
  /** The statements that the server keeps for it. */
  names: Set<string>
}

/** How many statements a server process may keep for a connection before another one takes its place. */
const MAX_STATEMENTS = 500

const CONNECT_MS = 10_000

/**
 * To compile a statement takes longer than to run it; what is read at random is in memory more often than not; and a statement
 * takes one core at most.
 */
export const READ_SETTINGS = ['SET jit = off', 'SET random_page_cost = 1.1', 'SET max_parallel_workers_per_gather = 0']

/**
 * Reads by prepared statements over a few connections. Each statement is sent at once, whether or not those before it have
 * been answered, so that few connections keep the server busy.
 */
export class PipelinedReader {
  private readonly url: string
  private readonly size: number
  private readonly settings: string
  private readonly connections: PipelinedConnection[] = []
  private readonly retired = new Set<Promise<void>>()

  constructor(url: string, { connections = 3, settings = [] as readonly string[] } = {}) {
    this.url = url
    this.size = connections
    this.settings = [...READ_SETTINGS, ...settings].join('; ')
  }

  async read(statement: PreparedStatement): Promise<Answer> {
    const connection = this.pick()
    const sentAt = performance.now()
    const answer = send(connection, statement)
    connection.sent.add(answer)
    // The server begins a statement once it has answered the one before.
    const took = () => performance.now() - Math.max(sentAt, connection.answeredAt)
    try {
      return await answer
    } catch (error) {
      throw addMilliseconds(error, took())
    } finally {
      connection.answeredAt = performance.now()
      connection.sent.delete(answer)
      if (connection.names.size > MAX_STATEMENTS) this.retire(connection)
    }
  }

  /** Ends once what was sent has been answered. */
  async close(): Promise<void> {
    for (const connection of [...this.connections]) this.retire(connection)
    await Promise.all(this.retired)
  }

  /** The connection with the least to do; a new one while there may be more and none is free. */
  private pick(): PipelinedConnection {
    const least = this.connections.reduce<PipelinedConnection | undefined>(
      (best, each) => (best && best.sent.size <= each.sent.size ? best : each),
      undefined,
    )
    if (least && (least.sent.size === 0 || this.connections.length >= this.size)) return least
    return this.add()
  }

  private add(): PipelinedConnection {
    const socket = new Socket()
    const options = {
      connectionString: this.url,
      pipeline: true,
      connectionTimeoutMillis: CONNECT_MS,
    }
    const client = new pg.Client({ ...options, stream: () => socket })
    const open = client.connect().then(() => client.query(this.settings))
    const connection: PipelinedConnection = { client, socket, open, sent: new Set(), names: new Set(), answeredAt: 0 }
    const remove = () => this.remove(connection)
    client.on('error', remove).on('end', remove)
    open.catch(remove)
    this.connections.push(connection)
    return connection
  }

  private remove(connection: PipelinedConnection): boolean {
    const at = this.connections.indexOf(connection)
    if (at >= 0) this.connections.splice(at, 1)
    return at >= 0
  }

  private retire(connection: PipelinedConnection): void {
    if (!this.remove(connection)) return
    const ended = Promise.allSettled(connection.sent)
      .then(() => connection.client.end())
      .catch(() => {})
    this.retired.add(ended)
    void ended.then(() => this.retired.delete(ended))
  }
}

async function send(
  { client, socket, open, names }: PipelinedConnection,
  statement: PreparedStatement,
): Promise<Answer> {
  await open
  names.add(statement.name)
  corkUntilNextTick(socket)
  const { rows } = await client.query<AnswerRow>({ ...statement, rowMode: 'array' })
  return answerOf(rows)
}

export type AnswerRow = [text: string | null, milliseconds: number]

export function answerOf([row]: readonly AnswerRow[]): Answer {
  const [text = null, milliseconds = 0] = row ?? []
  return { text, milliseconds }
}
