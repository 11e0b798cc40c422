import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Job {
  url: string
  /** The bodies of the requests, sent in turn, repeatedly. */
  bodies: string[]
  connections: number
  seconds: number
}

interface Load {
  answered: number
  /** The number of requests, including those without an answer at the end. */
  sent: number
  perSecond: number
  /** In milliseconds. */
  p50: number
  p99: number
}

export type Seen = Load | { problem: string }

/**
 * Runs `work` with a process that generates load. It is a separate process, so that it does not delay the measurements.
 */
export async function withLoader<T>(work: (loader: Loader) => Promise<T>): Promise<T> {
  const loader = new Loader()
  try {
    return await work(loader)
  } finally {
    loader.stop()
  }
}

export class Loader {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('load.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })

  readonly #ended = once(this.#child, 'exit').then(() => [{ problem: 'the process that makes it ended.' }])

  async run(job: Job): Promise<Load> {
    this.#child.send(job)
    const [seen] = (await Promise.race([once(this.#child, 'message'), this.#ended])) as [Seen]
    if ('problem' in seen) throw new Error(`The load on ${job.url} failed: ${seen.problem}`)
    return seen
  }

  stop(): void {
    this.#child.kill()
  }
}
