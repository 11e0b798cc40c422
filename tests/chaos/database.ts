// The database of a chaos run. It is written to without the service, backed up, restored, pruned and crashed.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { v7 } from 'uuid'
import { DATELINE } from '../built.ts'
import { urlOf } from '../database.ts'
import type { Entry, Log } from './ledger.ts'

export const NAME = 'chaos'
const BACKUP = 'chaos_backup'

/** The name of the connection of a large transaction, which would never finish if it were closed each second. */
const LARGE = 'large'

/** The time limit for a connection, which is slow on a busy machine, and the number and the delay of further attempts. */
const CONNECT_MS = 15_000
const CONNECT_ATTEMPTS = 20
const CONNECT_DELAY_MS = 200

const INSERT = `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")`
const REST = `'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED'`

export class Database {
  readonly url: string
  private readonly adminUrl: string
  private restores = 0
  /** The end of the backup's log. */
  private backupHead = 0

  constructor(url: string, adminUrl: string) {
    this.url = url
    this.adminUrl = adminUrl
  }

  /** Runs `work` with a new connection. */
  async with<T>(work: (client: pg.Client) => Promise<T>, { name = 'chaos', url = this.url } = {}): Promise<T> {
    const client = await connect({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, application_name: name })
    try {
      return await work(client)
    } finally {
      await client.end().catch(() => {})
    }
  }

  /**
   * Adds one event in a transaction that stays open for a while, or is rolled back. Returns its slug if it was
   * committed.
   */
  async add(client: pg.Client, type: string): Promise<string | undefined> {
    const slug = `chaos-${v7()}`
    await client.query('BEGIN')
    await client.query(`${INSERT} VALUES ($1, $2, 'Chaos', $3::"EventType", ${REST})`, [v7(), slug, type])
    await sleep(Math.random() * 60)
    const isKept = Math.random() > 0.2
    await client.query(isKept ? 'COMMIT' : 'ROLLBACK')
    return isKept ? slug : undefined
  }

  /** Adds many events in one transaction. */
  async addMany(count: number, type: string): Promise<void> {
    const rows = `SELECT gen_random_uuid(), 'many-' || gen_random_uuid(), 'Chaos', $1::"EventType", ${REST} FROM generate_series(1, $2)`
    await this.with((client) => client.query(`${INSERT} ${rows}`, [type, count]), { name: LARGE })
  }

  async cutConnections(): Promise<void> {
    const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = $1 AND pid <> pg_backend_pid() AND application_name <> '${LARGE}' AND random() < 0.4`
    await this.with((client) => client.query(sql, [NAME])).catch(() => {})
  }

  /** Kills one backend, so that PostgreSQL closes all sessions and recovers from its WAL. */
  async crash(): Promise<void> {
    const sql = `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() LIMIT 1`
    const { rows } = await this.with((client) => client.query<{ pid: number }>(sql, [NAME]))
    if (rows[0]) process.kill(rows[0].pid, 'SIGKILL')
  }

  /** Deletes the entries of the log up to a position. */
  async prune(until: number): Promise<void> {
    const sql = `
      WITH gone AS (
        DELETE FROM "Change" WHERE position <= $1 RETURNING position
      )
      UPDATE "FeedHead" SET oldest = (SELECT max(position) FROM gone) WHERE EXISTS (SELECT FROM gone)`
    await this.with((client) => client.query(sql, [until]))
  }

  /** Copies the database as a backup. */
  async backUp(): Promise<void> {
    await this.admin(`DROP DATABASE IF EXISTS ${BACKUP}`)
    await this.whileClosed(() => this.admin(`CREATE DATABASE ${BACKUP} TEMPLATE ${NAME}`))
    this.backupHead = (await this.readLog(BACKUP)).head
  }

  /** Replaces the database by the backup. Returns the end of the backup's log, and the name of the lost database. */
  async restore(): Promise<{ kept: number; lost: string }> {
    const lost = `chaos_lost_${++this.restores}`
    await this.whileClosed(() => this.admin(`ALTER DATABASE ${NAME} RENAME TO ${lost}`), lost)
    await this.admin(`ALTER DATABASE ${BACKUP} RENAME TO ${NAME}`)
    return { kept: this.backupHead, lost }
  }

  /** Runs `dateline feed new-epoch`, on the database or on the backup that will replace it. */
  async renewEpoch(of: 'database' | 'backup'): Promise<void> {
    const env = { ...process.env, DATABASE_URL: of === 'backup' ? this.urlOf(BACKUP) : this.url }
    await promisify(execFile)(process.execPath, [...DATELINE, 'feed', 'new-epoch'], { env })
  }

  /** Sequences the committed changes, and reads the log. */
  async readLog(name = NAME): Promise<Log> {
    return this.with(
      async (client) => {
        if (name !== BACKUP) await client.query('SELECT sequence_changes(1000000, whole => true)')
        const { rows } = await client.query<Log>('SELECT epoch, oldest::int, log_head()::int AS head FROM "FeedHead"')
        const { rows: entries } = await client.query<Entry>(
          `SELECT position::int, after ->> 'slug' AS slug, after ->> 'type' AS type FROM "Change"
           WHERE type = 'EVENT' AND operation = 'CREATED' ORDER BY position`,
        )
        return { ...(rows[0] as Log), entries }
      },
      { url: this.urlOf(name) },
    )
  }

  private urlOf(name: string): string {
    return urlOf(this.url, name)
  }

  /**
   * Repeats work that needs a database without connections until it succeeds. `now` is the database's name afterwards.
   */
  private async whileClosed(work: () => Promise<unknown>, now = NAME): Promise<void> {
    await this.admin(`ALTER DATABASE ${NAME} ALLOW_CONNECTIONS false`)
    for (let name = NAME; ; await sleep(20)) {
      try {
        await this.admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${NAME}'`)
        await work()
        name = now
      } catch (error) {
        if ((error as { code?: string }).code !== '55006') throw error
        continue
      }
      return this.admin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
    }
  }

  private async admin(sql: string): Promise<void> {
    await this.with((client) => client.query(sql), { url: this.adminUrl })
  }
}

/** Opens a connection. Retries, because PostgreSQL may be recovering from a crash. */
async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  for (let left = CONNECT_ATTEMPTS; ; left--) {
    const client = new pg.Client(config)
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => {})
      if (left === 0) throw error
      await sleep(CONNECT_DELAY_MS)
    }
  }
}
