// The process that generates load. It runs one job at a time for its parent, and returns the measurements.
import autocannon from 'autocannon'
import type { Job, Seen } from './loader.ts'

process.on('message', (job: Job) => {
  run(job).then(
    (seen) => process.send?.(seen),
    (error: unknown) => process.send?.({ problem: String(error) }),
  )
})

process.on('disconnect', () => process.exit())

/** Each connection sends its own part of the bodies, so that together they send all of them. */
async function run({ url, bodies, connections, seconds }: Job): Promise<Seen> {
  const latencies: number[] = []
  const begun = performance.now()
  let last = begun
  let places = 0
  let wrong = ''
  const setupClient = (client: autocannon.Client) => {
    const place = places++
    const own = bodies.filter((_, index) => index % connections === place % bodies.length)
    client.setRequests((own.length ? own : bodies).map((body) => ({ method: 'POST', body, headers })))
  }
  const options = {
    url,
    connections,
    duration: seconds,
    timeout: 60,
    sampleInt: 100,
    setupClient,
    verifyBody: (body: string | Buffer = '') => {
      const text = String(body)
      const good = text.startsWith('{"data":{') && !text.includes('"errors":[')
      if (!good) wrong ||= text.slice(0, 500)
      return good
    },
  }
  return new Promise((resolve, reject) => {
    const instance = autocannon(options, (error, result) => {
      if (error) return reject(error)
      const failed = result.errors + result.timeouts + result.non2xx + result.mismatches
      if (failed)
        return resolve({ problem: `${failed} of ${latencies.length} requests failed, such as with: ${wrong}` })
      latencies.sort((a, b) => a - b)
      const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0
      const perSecond = latencies.length / ((last - begun) / 1000)
      resolve({ answered: latencies.length, sent: result.requests.sent, perSecond, p50: at(0.5), p99: at(0.99) })
    })
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      latencies.push(milliseconds)
      last = performance.now()
    })
  })
}

const headers = { accept: 'application/json', 'content-type': 'application/json' }
