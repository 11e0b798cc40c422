import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import type pg from 'pg'
import { thisCheckout } from '../database.ts'

/** Describes the machine and the versions of a measurement, as Markdown. */
export async function describeMachine(client: pg.Client, checkout = thisCheckout): Promise<string> {
  const { rows } = await client.query<{ version: string; shared_buffers: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('shared_buffers') AS shared_buffers`,
  )
  const [postgres] = rows
  const processors = cpus()
  const peers = ['postgraphile', 'postgraphile-plugin-connection-filter', 'pg', 'autocannon']
  const lines = [
    `${new Date().toISOString().slice(0, 10)}, Dateline at ${readCommit(checkout)}`,
    `${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${readSystem()}`,
    `Node ${process.versions.node}, PostgreSQL ${postgres?.version} with shared_buffers ${postgres?.shared_buffers}`,
    peers.map((name) => `${name} ${readVersion(name)}`).join(', '),
  ]
  return lines.map((line) => `- ${line}\n`).join('')
}

export function readCommit(checkout: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: checkout }).trim()
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'src') ? ' with changes' : '')
  } catch {
    return 'an unknown commit'
  }
}

function readSystem(): string {
  const name = existsSync('/etc/os-release')
    ? readFileSync('/etc/os-release', 'utf8').match(/^PRETTY_NAME="(.*)"$/m)?.[1]
    : undefined
  return `${name ?? type()}, kernel ${release()}`
}

function readVersion(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
