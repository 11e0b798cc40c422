import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DATELINE } from '../built.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** A service in a process of its own, on one port however often it is killed. */
export class Service {
  readonly url: string
  private readonly env: NodeJS.ProcessEnv
  private child: ChildProcess | undefined

  constructor(port: number, env: NodeJS.ProcessEnv) {
    this.url = `http://127.0.0.1:${port}`
    this.env = { ...env, PORT: String(port), HOST: '127.0.0.1', PATH: process.env.PATH, HOME: process.env.HOME }
  }

  start(): void {
    this.child = spawn(process.execPath, [...DATELINE, 'serve'], {
      cwd: ROOT,
      stdio: 'ignore',
      env: this.env,
    })
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/readyz`).catch(() => undefined)
    return answer?.ok ?? false
  }

  async ready(): Promise<void> {
    while (!(await this.isReady())) {
      // The database may have gone away while it started.
      if (this.child?.exitCode != null || this.child?.signalCode != null) this.start()
      await sleep(100)
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const { child } = this
    if (!child || child.exitCode != null || child.signalCode != null) return
    child.kill(signal)
    await once(child, 'exit')
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
