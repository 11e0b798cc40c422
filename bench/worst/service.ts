import { type RunningContender, startContender } from '../contenders.ts'
import { Meter } from './meter.ts'
import { Neighbour } from './neighbour.ts'
import type { Bench } from './trial.ts'

export interface ServiceOptions {
  databaseUrl: string
  checkout: string
  /** The statement timeout in seconds. Default: that of the service. */
  statementTimeout?: number
  catchUpMs: number
  delayMs: number
}

/** A number of points with which the service charges all requests but refuses none. */
const PLENTY = '100000000'

/** Runs `work` with a new service that has no other callers. */
export async function withService<T>(options: ServiceOptions, work: (bench: Bench) => Promise<T>): Promise<T> {
  const { databaseUrl, checkout, statementTimeout, catchUpMs, delayMs } = options
  const env = {
    RATE_LIMIT: PLENTY,
    ...(statementTimeout && { STATEMENT_TIMEOUT: String(statementTimeout) }),
  }
  const service: RunningContender = await startContender('dateline', databaseUrl, { checkout, env })
  try {
    const meter = await Meter.open(databaseUrl, service.pid)
    const neighbour = await Neighbour.open(service.url, meter.client)
    const bench = { url: service.url, meter, neighbour, catchUpMs, delayMs }
    for (let round = 0; round < 3; round++) await neighbour.delay(delayMs)
    try {
      return await work(bench)
    } finally {
      neighbour.close()
      await meter.close()
    }
  } finally {
    await service.stop()
  }
}
