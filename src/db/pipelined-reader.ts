import { Socket } from 'node:net'
import pg from 'pg'
import { corkUntilNextTick } from './socket.ts'

/**
 * A named statement and its parameters. It returns one row: a text or null, and the milliseconds that the server spent.
 */
export interface PreparedStatement {
  name: string
  text: string
  values: unknown[]
}

/** The result of a prepared statement, and the time that the server spent on it. */
export interface Answer {
  text: string | null
  milliseconds: number
}

const times = new WeakMap<object, number>()

/** Records on an error how long its statement took; repeated calls add up. Returns the error. */
export function addMilliseconds(error: unknown, milliseconds: number): unknown {
  if (typeof error === 'object' && error !== null) times.set(error, (times.get(error) ?? 0) + milliseconds)
  return error
}

/** Returns how long the failed statement of an error took, in milliseconds. */
export const millisecondsOf = (error: unknown): number =>
  typeof error === 'object' && error !== null ? (times.get(error) ?? 0) : 0

interface PipelinedConnection {
  client: pg.Client
  socket: Socket
  /** Settles when the connection is open. */
  open: Promise<unknown>
  isOpen: boolean
  /** The statements without a result yet. */
  sent: Set<Promise<unknown>>
  /** The time of the last result, in milliseconds. */
  answeredAt: number
  /** The statements that are prepared on the connection. */
  names: Set<string>
}

/** The number of prepared statements after which a connection is replaced. */
const MAX_STATEMENTS = 500

const CONNECT_MS = 10_000

/**
 * Settings of connections for reads. JIT compilation takes longer than most statements. Random reads are cheap, because most data
 * is in memory. Each statement uses at most one core.
 */
export const READ_SETTINGS = ['SET jit = off', 'SET random_page_cost = 1.1', 'SET max_parallel_workers_per_gather = 0']

/**
 * Runs prepared statements over a few pipelined connections. A statement is sent immediately, without waiting for the results of
 * earlier ones, so few connections keep the server busy.
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
    try {
      return answerOf((await answer).rows)
    } catch (error) {
      // The server starts a statement after it has finished the previous one.
      throw addMilliseconds(error, performance.now() - Math.max(sentAt, connection.answeredAt))
    } finally {
      connection.answeredAt = performance.now()
      connection.sent.delete(answer)
      if (connection.names.size > MAX_STATEMENTS) this.retire(connection)
    }
  }

  /** Closes the connections after their statements have ended. */
  async close(): Promise<void> {
    for (const connection of [...this.connections]) this.retire(connection)
    await Promise.all(this.retired)
  }

  /** Returns the connection with the fewest running statements, or a new one if all are busy and the maximum is not reached. */
  private pick(): PipelinedConnection {
    const leastBusy = this.connections.reduce<PipelinedConnection | undefined>(
      (best, each) => (best && best.sent.size <= each.sent.size ? best : each),
      undefined,
    )
    if (leastBusy && (leastBusy.sent.size === 0 || this.connections.length >= this.size)) return leastBusy
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
    const open = client
      .connect()
      .then(() => client.query(this.settings))
      .then(() => {
        connection.isOpen = true
      })
    const connection: PipelinedConnection = {
      client,
      socket,
      open,
      isOpen: false,
      sent: new Set(),
      names: new Set(),
      answeredAt: 0,
    }
    const onLost = () => this.remove(connection)
    client.on('error', onLost).on('end', onLost)
    open.catch(onLost)
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

function send(connection: PipelinedConnection, statement: PreparedStatement): Promise<pg.QueryArrayResult<AnswerRow>> {
  const { client, socket, names } = connection
  if (!connection.isOpen) return connection.open.then(() => send(connection, statement))
  names.add(statement.name)
  corkUntilNextTick(socket)
  return client.query<AnswerRow>({ ...statement, rowMode: 'array' })
}

export type AnswerRow = [text: string | null, milliseconds: number]

export function answerOf([row]: readonly AnswerRow[]): Answer {
  const [text = null, milliseconds = 0] = row ?? []
  return { text, milliseconds }
}
