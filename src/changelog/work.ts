import type { Lane, LaneStatement } from '../db/lane.ts'
import { type Payer, POINTS_PER_MS } from './payer.ts'

/** Work for a subscription: its statements run over one lane, and one caller pays for them. */
export interface Work {
  readonly payer: Payer
  /** Runs a statement and charges the time that it took. `timeout` is in milliseconds; default: the lane's. */
  run<Row>(statement: LaneStatement, timeout?: number): Promise<Row[]>
}

export const workOver = (lane: Lane, payer: Payer, signal?: AbortSignal): Work => ({
  payer,
  run: async <Row>(statement: LaneStatement, timeout?: number) => {
    const onEnd = (milliseconds: number) => payer.charge(Math.ceil(milliseconds * POINTS_PER_MS))
    const { rows } = await lane.run<Row>(statement, { caller: payer.name, signal, timeout, onEnd })
    return rows
  },
})

/** Whether a statement ended because of its time limit. */
export const isTimeout = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === '57014'

/** An error as PostgreSQL reports the end of a time limit. */
export const timeout = (message: string): Error => Object.assign(new Error(message), { code: '57014' })
