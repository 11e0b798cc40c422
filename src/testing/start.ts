// The module "@dateline/service/testing": a Dateline for the tests of a frontend.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { PREFIX, removeInstance } from './instance.ts'
import type { FromService, ToService } from './message.ts'

export interface DatelineOptions {
  /**
   * Files of records to start with, in this order, in addition to the countries. A file is a JSON array of records, or has one record in
   * each line, as `dateline export` writes them. A relative path is resolved from the current folder. `[]`: the countries alone.
   * Default: the seed of Dateline, which has the facts of one article.
   */
  readonly seed?: string | URL | readonly (string | URL)[]
  /** The TCP port on 127.0.0.1. Default: 0, a free one. */
  readonly port?: number
  /** Creates an API key with these scopes, which the result has as `key`. Default: no key. */
  readonly scopes?: readonly ('write' | 'import' | 'admin')[]
  /**
   * Settings of the service, such as `{ CORS_ORIGINS: 'http://localhost:5173' }`. The variables of the environment are not read.
   * Defaults that differ from those of the service: RATE_LIMIT and ANONYMOUS_TIMEOUT are 0, LOG_LEVEL is "warn".
   */
  readonly settings?: Readonly<Record<string, string>>
  /** Maximum duration of the start, in milliseconds. Default: 60,000. */
  readonly timeout?: number
}

/** A running Dateline with a database of its own. */
export interface Dateline {
  /** The URL of the API, such as http://127.0.0.1:41873/graphql. */
  readonly url: string
  /** The API key, if `scopes` was passed. Send it as `authorization: Bearer <key>`. */
  readonly key?: string
  /** Stops the service and PostgreSQL, and deletes the data. Running requests are answered first. A second call has no effect. */
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 60_000

/** How long the process may take to stop before it is killed, in milliseconds. The service needs 12 seconds at most. */
const STOP_TIMEOUT_MS = 20_000

/** The variables of the environment that the process receives. Settings and options of Node.js must not reach it. */
const passed = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'LOCALAPPDATA', 'TZ', 'LANG']

/**
 * Starts a Dateline with a database of its own, in a process of its own. Throws an error if an option is wrong, if a record of a seed file
 * is rejected, or if the service does not start in time; the message says which, and nothing remains. Several can run at the same time.
 * If the calling process ends without `stop`, also by a crash, the service stops itself and deletes its data.
 */
export function startDateline(
  options: DatelineOptions & { readonly scopes: readonly ('write' | 'import' | 'admin')[] },
): Promise<Dateline & { readonly key: string }>
export function startDateline(options?: DatelineOptions): Promise<Dateline>
export async function startDateline(options: DatelineOptions = {}): Promise<Dateline> {
  const { seed, port = 0, scopes, settings = {}, timeout = START_TIMEOUT_MS } = options
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), PREFIX)))
  // PostgreSQL does not run as root, so its account has to enter the folder.
  if (process.getuid?.() === 0) chmodSync(folder, 0o711)
  const log = path.join(folder, 'log')
  const service = spawnService(log)
  if (service.pid) writeFileSync(path.join(folder, 'pid'), String(service.pid))
  const ended = new Promise<void>((resolve) => {
    service.on('exit', () => resolve())
    service.on('error', () => resolve())
  })
  // After a crash of the service, its PostgreSQL is stopped and its data deleted here.
  const cleaned = ended.then(() => removeInstance(folder))
  const stop = async () => {
    if (service.connected) service.disconnect()
    const timer = setTimeout(() => service.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await cleaned
    clearTimeout(timer)
  }
  const request: ToService = { folder, seed: seed === undefined ? undefined : pathsOf(seed), port, scopes, settings }
  try {
    const { url, key } = await started(service, request, timeout, log)
    release(service)
    return { url: `${url}/graphql`, ...(key === undefined ? {} : { key }), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function spawnService(log: string): ChildProcess {
  const out = openSync(log, 'a', 0o600)
  const env = Object.fromEntries(passed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  try {
    return fork(fileURLToPath(new URL('./service.js', import.meta.url)), {
      env: { ...env, NODE_ENV: 'production' },
      execArgv: [],
      // A process group of its own: a signal to the group of the tests must not end the service before it has deleted its data.
      detached: true,
      stdio: ['ignore', out, out, 'ipc'],
    })
  } finally {
    closeSync(out)
  }
}

/** Returns what the service says when it answers. Throws an error with the reason if it does not start. */
async function started(service: ChildProcess, request: ToService, timeout: number, log: string) {
  const done = new AbortController()
  const { signal } = done
  const reason = () => endOf(log) || 'It wrote no message.'
  const late = setTimeout(
    () => done.abort(new Error(`Dateline did not start within ${timeout} ms: pass a longer timeout. ${reason()}`)),
    timeout,
  )
  const gone = () => done.abort(new Error(`The process of Dateline ended before it was ready. ${reason()}`))
  service.on('exit', gone).on('error', gone)
  try {
    service.send(request, () => {})
    const [message] = (await once(service, 'message', { signal })) as [FromService]
    if ('error' in message) throw new Error(message.error)
    return message
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    clearTimeout(late)
    service.off('exit', gone).off('error', gone)
  }
}

/** Lets the process of the tests end although the service runs. */
function release(service: ChildProcess): void {
  service.unref()
  service.channel?.unref()
}

function pathsOf(seed: string | URL | readonly (string | URL)[]): string[] {
  const places = typeof seed === 'string' || seed instanceof URL ? [seed] : seed
  return places.map((place) => path.resolve(place instanceof URL ? fileURLToPath(place) : place))
}

function endOf(log: string): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n')
  } catch {
    return ''
  }
}
