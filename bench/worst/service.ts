import { type RunningContender, startContender } from '../contenders.ts'
import { Meter } from './meter.ts'
import { Neighbour } from './neighbour.ts'
import type { Bench } from './trial.ts'

export interface ServiceOptions {
  databaseUrl: string
  checkout: string
  /** Seconds that a statement may run; as the service has it by default where it is left out. */
  statementTimeout?: number
  catchUpMs: number
  delayMs: number
}

/** So many points that accounting is on and refuses nobody. */
const PLENTY = '100000000'

/** Runs work on a service that is started for it and serves nobody else. */
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
