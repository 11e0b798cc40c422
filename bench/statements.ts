import { ask, startContender } from './contenders.ts'
import type { BenchQuery } from './queries/query.ts'
import { prepareSeries } from './series.ts'
import type { Session } from './session.ts'
import { startProxy } from './wire.ts'

const REPEATS = 10

/** Returns the number of statements of one warm request of each query, by the query's name. */
export async function countStatements(
  session: Session,
  name: string,
  queries: [string, BenchQuery][],
): Promise<Map<string, number>> {
  const proxy = await startProxy(session.url)
  try {
    // The reader of the change log uses the direct connection, so that its polling does not count.
    const contender = await startContender(name, proxy.databaseUrl, { directUrl: session.url })
    try {
      const counted = new Map<string, number>()
      for (const entry of queries) {
        const series = await prepareSeries({ ...session, contenders: [contender] }, entry)
        const [body = ''] = series.bodies.get(name) ?? []
        const before = proxy.counts.statements
        for (let time = 0; time < REPEATS; time++) await ask(contender.url, body)
        counted.set(series.name, (proxy.counts.statements - before) / REPEATS)
      }
      return counted
    } finally {
      await contender.stop()
    }
  } finally {
    proxy.close()
  }
}
