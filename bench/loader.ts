import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Job {
  url: string
  /** In turn, each again and again. */
  bodies: string[]
  connections: number
  seconds: number
}

interface Load {
  answered: number
  /** With those that had no answer yet at the end. */
  sent: number
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
}

export type Seen = Load | { problem: string }

/** Work with a process that makes load: one of its own, so that measuring and loading do not wait for each other. */
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
