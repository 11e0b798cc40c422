import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { print } from '../print.ts'
import { cpuOf } from '../processes.ts'

/** CPU time in milliseconds. */
export interface Cpu {
  postgres: number
  node: number
}

const APPLICATION = 'bench meter'
/** The key of the advisory lock that only one meter at a time holds. */
const TURN = 20_261_125
const LOOK_MS = 50
const QUIET_LOOKS = 2
/** The maximum CPU time between two readings of an idle service: readings are multiples of 10 ms. */
const QUIET_CPU = 10

/** Measures the CPU time of a service and of all PostgreSQL backends of its database, including those that exit. */
export class Meter {
  readonly client: pg.Client
  readonly #pid: number
  /** The CPU time of each backend at the last reading. */
  readonly #seen = new Map<number, number>()
  /** The sum over all backends. */
  #postgres = 0
  #active = 0

  private constructor(client: pg.Client, pid: number) {
    this.client = client
    this.#pid = pid
  }

  /** Opens a meter for the process `pid` and the database of an address. */
  static async open(url: string, pid: number): Promise<Meter> {
    const client = await connectUnmetered(url)
    await takeTurn(client)
    const meter = new Meter(client, pid)
    await meter.read()
    return meter
  }

  close(): Promise<void> {
    return this.client.end()
  }

  /** Returns the CPU time since some moment before the first reading. */
  async read(): Promise<Cpu> {
    const { rows } = await this.client.query<{ pid: number; active: boolean }>(
      `SELECT pid, state <> 'idle' AS active FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> $1`,
      [APPLICATION],
    )
    for (const { pid } of rows) {
      const now = cpuOf(pid)
      if (now === undefined) continue
      const last = this.#seen.get(pid) ?? 0
      // The counter of a reused process id starts at 0.
      this.#postgres += now < last ? now : now - last
      this.#seen.set(pid, now)
    }
    this.#active = rows.filter(({ active }) => active).length
    return { postgres: this.#postgres, node: cpuOf(this.#pid) ?? 0 }
  }

  /** Returns the CPU time from the start of `work` until the service is idle again or the deadline passes. */
  async during<T>(work: () => Promise<T>, settleMs = 30_000): Promise<{ result: T; cpu: Cpu; wall: number }> {
    const before = await this.read()
    const begun = performance.now()
    let wall: number | undefined
    const doing = work().finally(() => {
      wall = performance.now() - begun
    })
    // Reads often, because the CPU time of a backend since its last reading is lost when it exits.
    while (wall === undefined) {
      await Promise.race([doing.catch(() => undefined), sleep(LOOK_MS)])
      if (wall === undefined) await this.read()
    }
    const result = await doing
    const after = await this.settle(settleMs)
    return { result, cpu: difference(after, before), wall }
  }

  /** Waits until no statement runs and the CPU time does not rise. */
  async settle(most: number): Promise<Cpu> {
    const deadline = performance.now() + most
    let last = await this.read()
    for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < deadline; ) {
      await sleep(20)
      const now = await this.read()
      const burned = sumOf(difference(now, last))
      quiet = this.#active === 0 && burned <= QUIET_CPU ? quiet + 1 : 0
      last = now
    }
    return last
  }
}

/** Waits until no other meter is open on the database, because each counts all backends. */
async function takeTurn(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ free: boolean }>(`SELECT pg_try_advisory_lock(${TURN}) AS free`)
  if (rows[0]?.free) return
  print('Another benchmark measures on this database: waiting for it to end.')
  await client.query(`SELECT pg_advisory_lock(${TURN})`)
}

/** Opens a connection whose backend is not counted. */
export async function connectUnmetered(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: APPLICATION })
  await client.connect()
  return client
}

export const difference = (one: Cpu, other: Cpu): Cpu => ({
  postgres: one.postgres - other.postgres,
  node: one.node - other.node,
})

export const sumOf = ({ postgres, node }: Cpu): number => postgres + node
