// Reads by prepared statements, in two lanes: one for statements that were found to be fast, which share pipelined connections,
// and one for all others, where each has a connection to itself, callers take turns, and a statement can be cancelled.
import { LRUCache } from 'lru-cache'
import { Lane } from './lane.ts'
import {
  type Answer,
  type AnswerRow,
  answerOf,
  millisecondsOf,
  PipelinedReader,
  type PreparedStatement,
  addMilliseconds,
} from './pipelined-reader.ts'
import { Turns } from './turns.ts'

/** On whose behalf a statement runs. */
export interface Turn {
  caller: string
  /** How long it may run, in milliseconds. Undefined: as long as the server lets it. */
  timeout?: number | undefined
  /** Who waits for the answer; the signal is aborted when nobody does any more. Looked at only by what may take long. */
  client: { readonly signal: AbortSignal }
  /** Called when the statement's turn has come; throws to refuse it. */
  onTurn?: () => void
}

interface LanesOptions {
  /** SQL that each connection begins with. */
  settings?: readonly string[]
  /** How long a statement may run, in milliseconds. Default: 0, which is any time. */
  statementTimeout?: number | undefined
}

/** A statement that takes less than the first, in milliseconds, is fast; once it takes more than the second it no longer is. */
const FAST_MS = 30
const SLOW_MS = 60

/** After so long, in milliseconds, the fast lane gives a statement up, which then goes on in the slow lane. */
const FAST_TIMEOUT_MS = 100

/** A statement that may run for long runs so long, in milliseconds, before it waits for one of the turns for such. */
const SHORT_MS = 300

/** How many milliseconds of work the fast lane takes at once. */
const FAST_CAPACITY_MS = 100

/** The least that a statement counts for in the fast lane, in milliseconds. */
const LEAST_MS = 0.3

/** How much the latest time of a statement weighs in its average. */
const LATEST = 0.3

/** How many times a statement runs before its times are averaged. */
const FIRST_TIMES = 3

/** Statements running at once in the slow lane, and how many of those may run for long. */
const SLOW = 2
const LONG = 1

/** How long an operation waits for its turn, in milliseconds. */
export const QUEUE_TIMEOUT_MS = 1500

const MAX_KNOWN = 20_000

interface Speed {
  /** A moving average, in milliseconds. */
  average: number
  isFast: boolean
  /** How many times it ran. */
  times: number
}

export class Lanes {
  private readonly fast: PipelinedReader
  private readonly slow: Lane
  private readonly fastTurns = new Turns({ capacity: FAST_CAPACITY_MS, queueTimeout: QUEUE_TIMEOUT_MS })
  private readonly longTurns = new Turns({ capacity: LONG, queueTimeout: QUEUE_TIMEOUT_MS })
  private readonly speeds = new LRUCache<string, Speed>({ max: MAX_KNOWN })

  constructor(url: string, { settings = [], statementTimeout = 0 }: LanesOptions = {}) {
    this.fast = new PipelinedReader(url, { settings: [...settings, `SET statement_timeout = ${FAST_TIMEOUT_MS}`] })
    this.slow = new Lane(url, { connections: SLOW, statementTimeout, settings, queueTimeout: QUEUE_TIMEOUT_MS })
  }

  /**
   * The text, and the time to charge: that of the slow lane. Rejects with the error of the statement, of the signal, or of
   * `onTurn`; `millisecondsOf` tells the time that it took.
   */
  async read(statement: PreparedStatement, turn: Turn): Promise<Answer> {
    const speed = this.speeds.get(statement.name)
    if (!speed?.isFast) return this.readSlow(statement, turn)
    try {
      const { text } = await this.readFast(statement, turn, speed)
      // Under load it takes long because of what others do, for which its caller is not to be charged.
      return { text, milliseconds: 0 }
    } catch (error) {
      if (!isTimeout(error)) throw error
      const spent = millisecondsOf(error)
      try {
        const { text, milliseconds } = await this.readSlow(statement, turn)
        return { text, milliseconds: milliseconds + spent }
      } catch (failure) {
        throw addMilliseconds(failure, spent)
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.fast.close(), this.slow.close()])
  }

  private async readFast(statement: PreparedStatement, turn: Turn, { average }: Speed): Promise<Answer> {
    const { caller } = turn
    const weight = Math.max(LEAST_MS, average)
    let release = this.fastTurns.tryTake(caller, weight)
    if (!release) {
      release = await this.fastTurns.take(caller, turn.client.signal, weight)
      try {
        turn.onTurn?.()
      } catch (error) {
        release()
        throw error
      }
    }
    try {
      const answer = await this.fast.read(statement)
      this.note(statement, answer.milliseconds)
      return answer
    } catch (error) {
      if (isTimeout(error)) this.note(statement, 3 * FAST_TIMEOUT_MS)
      throw error
    } finally {
      release()
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
    // Statements that may run for long take turns of their own, so that they never fill the lane.
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
      this.note(statement, answer.milliseconds)
      return answer
    } catch (error) {
      if (isTimeout(error)) this.note(statement, millisecondsOf(error))
      throw error
    }
  }

  private note({ name }: PreparedStatement, milliseconds: number): void {
    const speed = this.speeds.get(name) ?? this.firstSpeed(name, milliseconds)
    // At first a statement is planned, and its rows are not in memory: its best time counts until it is known.
    if (speed.times++ < FIRST_TIMES) speed.average = Math.min(speed.average, milliseconds)
    else speed.average += LATEST * (milliseconds - speed.average)
    speed.isFast = speed.average < (speed.isFast ? SLOW_MS : FAST_MS)
  }

  private firstSpeed(name: string, average: number): Speed {
    const speed: Speed = { average, isFast: false, times: 0 }
    this.speeds.set(name, speed)
    return speed
  }
}

const isTimeout = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '57014'
