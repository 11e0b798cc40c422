// Runs prepared statements in two lanes. Statements that were measured to be fast share pipelined connections. All others run in
// the slow lane: one statement at a time on each connection, callers take turns, and statements can be cancelled.
import { LRUCache } from 'lru-cache'
import { Lane } from './lane.ts'
import {
  type Answer,
  type AnswerRow,
  addMilliseconds,
  answerOf,
  millisecondsOf,
  PipelinedReader,
  type PreparedStatement,
} from './pipelined-reader.ts'
import { type Release, Turns } from './turns.ts'

/** The caller of a statement, and the conditions under which it runs. */
export interface Turn {
  caller: string
  /** The time limit, in milliseconds. Default: the server's. */
  timeout?: number | undefined
  /** The client. Its signal, aborted when the client disconnects, is read only when the statement waits or may be slow. */
  client: { readonly signal: AbortSignal }
  /** Called when a waiting statement gets its turn. May throw to refuse the statement. */
  onTurn?: () => void
}

interface LanesOptions {
  /** Statements that each new connection runs first. */
  settings?: readonly string[]
  /** The time limit of a statement, in milliseconds. Default: 0, no limit. */
  statementTimeout?: number | undefined
}

/**
 * The average times, in milliseconds, at which a statement changes lanes: below the first it becomes fast, above the second it
 * becomes slow again.
 */
const FAST_MS = 30
const SLOW_MS = 60

/** The time limit of the fast lane, in milliseconds. A statement that reaches it runs again in the slow lane. */
const FAST_TIMEOUT_MS = 100

/** The time limit of a first try in the slow lane, in milliseconds. A statement that reaches it then waits for a turn without one. */
const SHORT_MS = 300

/** The expected work that the fast lane runs at the same time, in milliseconds. */
const FAST_CAPACITY_MS = 100

/** The minimum weight of a statement in the fast lane, in milliseconds. */
const MIN_WEIGHT_MS = 0.3

/** The weight of the latest time in a statement's moving average. */
const LATEST_WEIGHT = 0.3

/** The number of first runs of which the shortest time is used instead of an average. */
const FIRST_RUNS = 3

/** The number of statements that the slow lane runs at the same time, and how many of them may run without the short limit. */
const SLOW_CAPACITY = 2
const LONG_CAPACITY = 1

/** How long an operation may wait for its turn, in milliseconds. */
export const QUEUE_TIMEOUT_MS = 1500

const MAX_KNOWN = 20_000

interface Speed {
  /** A moving average, in milliseconds. */
  average: number
  isFast: boolean
  /** The number of runs. */
  runs: number
}

/** Runs prepared statements. Measures each statement and chooses its lane. */
export class Lanes {
  private readonly fast: PipelinedReader
  private readonly slow: Lane
  private readonly fastTurns = new Turns({ capacity: FAST_CAPACITY_MS, queueTimeout: QUEUE_TIMEOUT_MS })
  private readonly longTurns = new Turns({ capacity: LONG_CAPACITY, queueTimeout: QUEUE_TIMEOUT_MS })
  private readonly speeds = new LRUCache<string, Speed>({ max: MAX_KNOWN })

  constructor(url: string, { settings = [], statementTimeout = 0 }: LanesOptions = {}) {
    this.fast = new PipelinedReader(url, { settings: [...settings, `SET statement_timeout = ${FAST_TIMEOUT_MS}`] })
    this.slow = new Lane(url, {
      connections: SLOW_CAPACITY,
      statementTimeout,
      settings,
      queueTimeout: QUEUE_TIMEOUT_MS,
    })
  }

  /**
   * Runs a statement. Returns its text and the time to charge, which is 0 in the fast lane. Rejects with the error of the
   * statement, the signal or `onTurn`; `millisecondsOf(error)` returns the time that the statement took.
   */
  read(statement: PreparedStatement, turn: Turn): Promise<Answer> {
    const speed = this.speeds.get(statement.name)
    return speed?.isFast ? this.readFast(statement, turn, speed) : this.readSlow(statement, turn)
  }

  async close(): Promise<void> {
    await Promise.all([this.fast.close(), this.slow.close()])
  }

  private async readFast(statement: PreparedStatement, turn: Turn, speed: Speed): Promise<Answer> {
    const { caller } = turn
    const weight = Math.max(MIN_WEIGHT_MS, speed.average)
    const release = this.fastTurns.tryTake(caller, weight) ?? (await this.waitForFastTurn(turn, weight))
    try {
      const { text, milliseconds } = await this.fast.read(statement)
      updateSpeed(speed, milliseconds)
      // Under load its duration depends on other statements, for which the caller must not be charged.
      return { text, milliseconds: 0 }
    } catch (error) {
      if (!isTimeout(error)) throw error
      // A busy machine can cause one timeout. So a fast statement stays fast until the second timeout in a row.
      updateSpeed(speed, 1.5 * FAST_TIMEOUT_MS)
      release()
      return await this.readAgain(statement, turn, millisecondsOf(error))
    } finally {
      release()
    }
  }

  private async waitForFastTurn({ caller, client, onTurn }: Turn, weight: number): Promise<Release> {
    const release = await this.fastTurns.take(caller, client.signal, weight)
    try {
      onTurn?.()
      return release
    } catch (error) {
      release()
      throw error
    }
  }

  /** Runs a statement in the slow lane after it reached the time limit of the fast lane. */
  private async readAgain(statement: PreparedStatement, turn: Turn, spent: number): Promise<Answer> {
    try {
      const { text, milliseconds } = await this.readSlow(statement, turn)
      return { text, milliseconds: milliseconds + spent }
    } catch (error) {
      throw addMilliseconds(error, spent)
    }
  }

  private async readSlow(statement: PreparedStatement, turn: Turn): Promise<Answer> {
    if (turn.timeout !== undefined) return this.readInTurn(statement, turn, turn.timeout)
    let spent = 0
    if ((this.speeds.get(statement.name)?.average ?? 0) < SHORT_MS) {
      try {
        return await this.readInTurn(statement, turn, SHORT_MS)
      } catch (error) {
        if (!isTimeout(error) || turn.client.signal.aborted) throw error
        spent = millisecondsOf(error)
      }
    }
    // Statements without the short limit take separate turns, so that they never occupy all connections of the lane.
    const release = await this.longTurns.take(turn.caller, turn.client.signal)
    try {
      const { text, milliseconds } = await this.readInTurn(statement, turn, undefined)
      return { text, milliseconds: milliseconds + spent }
    } catch (error) {
      throw addMilliseconds(error, spent)
    } finally {
      release()
    }
  }

  private async readInTurn(statement: PreparedStatement, turn: Turn, timeout: number | undefined): Promise<Answer> {
    const { caller, client, onTurn } = turn
    try {
      const options = { caller, signal: client.signal, timeout, onTurn }
      const { rows } = await this.slow.run<AnswerRow>({ ...statement, rowMode: 'array' }, options)
      const answer = answerOf(rows)
      this.recordTime(statement, answer.milliseconds)
      return answer
    } catch (error) {
      if (isTimeout(error)) this.recordTime(statement, millisecondsOf(error))
      throw error
    }
  }

  private recordTime({ name }: PreparedStatement, milliseconds: number): void {
    updateSpeed(this.speeds.get(name) ?? this.firstSpeed(name, milliseconds), milliseconds)
  }

  private firstSpeed(name: string, average: number): Speed {
    const speed: Speed = { average, isFast: false, runs: 0 }
    this.speeds.set(name, speed)
    return speed
  }
}

function updateSpeed(speed: Speed, milliseconds: number): void {
  // The first runs include planning, and rows are read from disk. Therefore their shortest time is used.
  if (speed.runs++ < FIRST_RUNS) speed.average = Math.min(speed.average, milliseconds)
  else speed.average += LATEST_WEIGHT * (milliseconds - speed.average)
  speed.isFast = speed.average < (speed.isFast ? SLOW_MS : FAST_MS)
}

const isTimeout = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '57014'
