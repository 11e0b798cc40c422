import type { Lane, LaneStatement } from '../db/lane.ts'
import { type Payer, POINTS_PER_MS } from './payer.ts'

/** Runs statements for a subscription on one lane and charges them to one caller. */
export interface Work {
  readonly payer: Payer
  /** Runs a statement and charges its duration. `timeout` is in milliseconds. Default: the lane's. */
  run<Row>(statement: LaneStatement, timeout?: number): Promise<Row[]>
}

/** Creates the work of a payer on a lane. The signal cancels its statements. */
export const workOver = (lane: Lane, payer: Payer, signal?: AbortSignal): Work => ({
  payer,
  run: async <Row>(statement: LaneStatement, timeout?: number) => {
    const onEnd = (milliseconds: number) => payer.charge(Math.ceil(milliseconds * POINTS_PER_MS))
    const { rows } = await lane.run<Row>(statement, { caller: payer.name, signal, timeout, onEnd })
    return rows
  },
})

/** Whether an error is PostgreSQL's for a statement that was cancelled, for example by its time limit. */
export const isTimeout = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === '57014'

/** Creates an error with PostgreSQL's code for a cancelled statement. */
export const timeout = (message: string): Error => Object.assign(new Error(message), { code: '57014' })
