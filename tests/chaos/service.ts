import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DATELINE } from '../built.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** The milliseconds until a process that exited by itself, for example without a database, is restarted. */
const RESTART_MS = 200

/** A service in its own process. Its port stays the same after each kill. */
export class Service {
  readonly url: string
  isFrozen = false
  /** The number of times that a process exited by itself after it was ready. */
  failures = 0
  private readonly env: NodeJS.ProcessEnv
  private child: ChildProcess | undefined

  constructor(port: number, env: NodeJS.ProcessEnv) {
    this.url = `http://127.0.0.1:${port}`
    this.env = { ...env, PORT: String(port), HOST: '127.0.0.1', PATH: process.env.PATH, HOME: process.env.HOME }
  }

  start(): void {
    const child = spawn(process.execPath, [...DATELINE, 'serve'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: this.env,
    })
    let wasReady = false
    child.stderr.on('data', (text) => {
      wasReady ||= String(text).includes('is ready after')
    })
    child.once('exit', () => {
      if (this.child !== child) return
      if (wasReady) this.failures++
      setTimeout(() => this.child === child && this.start(), RESTART_MS)
    })
    this.child = child
  }

  /** Stops the process with SIGSTOP; its connections stay open. Returns a function that continues it. */
  freeze(): () => void {
    const { child } = this
    this.isFrozen = true
    child?.kill('SIGSTOP')
    return () => {
      if (this.child === child) this.isFrozen = false
      child?.kill('SIGCONT')
    }
  }

  async ready(): Promise<void> {
    while (!(await this.isReady())) await sleep(100)
  }

  /** Ends the process for good. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { child } = this
    this.child = undefined
    this.isFrozen = false
    if (!child || child.exitCode != null || child.signalCode != null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  private async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    return answer?.ok ?? false
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
