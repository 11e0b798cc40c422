// Damages the services and their database.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from './database.ts'
import type { Gate } from './gate.ts'
import type { Ledger } from './ledger.ts'
import type { Service } from './service.ts'

/** The number of times of each damage. */
export interface Harm {
  kills: number
  /** Closed connections. */
  cuts: number
  crashes: number
  freezes: number
  restores: number
  /** Prunings of the log beyond the position of a frozen service. */
  prunes: number
  /** Transactions with many events, without the service. */
  bulks: number
}

export interface Plan {
  seconds: number
  /** The steps, in this order and at equal intervals. Between them, services are killed and connections closed. */
  steps: readonly Step[]
  /** The milliseconds for which a service is frozen. */
  freeze: number
  /** The number of events in one transaction. */
  bulk: number
}

/**
 * A restore replaces the database by its state at the last `back up`. The log gets a new epoch either before the
 * restore, while writers write, or after it, while no writer writes.
 */
export type Step = 'back up' | 'restore a renamed log' | 'restore and rename' | 'crash' | 'bulk' | 'freeze' | 'prune'

interface Scene {
  database: Database
  services: readonly Service[]
  ledger: Ledger
  gate: Gate
  plan: Plan
}

/** The number of entries that a pruning leaves. */
const LEFT_BY_PRUNING = 50

/** Damages until the time is over and all steps are done. */
export async function doHarm({ database, services, ledger, gate, plan }: Scene): Promise<Harm> {
  const harm = { kills: 0, cuts: 0, crashes: 0, freezes: 0, restores: 0, prunes: 0, bulks: 0 }
  /** Work that runs in parallel to the steps. */
  const beside = new Set<Promise<void>>()
  const begin = (work: Promise<void>) => {
    beside.add(work)
    void work.finally(() => beside.delete(work))
  }

  const kill = async () => {
    const victim = anyOf(services)
    if (!victim) return
    await victim.kill('SIGKILL')
    victim.start()
    harm.kills++
  }
  const freeze = (milliseconds = plan.freeze * (0.5 + Math.random())): Promise<void> => {
    const victim = anyOf(services.filter(({ isFrozen }) => !isFrozen))
    if (!victim) return Promise.resolve()
    harm.freezes++
    const thaw = victim.freeze()
    const frozen = sleep(milliseconds).then(thaw)
    begin(frozen)
    return frozen
  }
  /** Closes no running connection, and retries if others close its connection. */
  const addMany = () =>
    gate.pass(async () => {
      while (
        !(await database.addMany(plan.bulk, 'OTHER').then(
          () => true,
          () => sleep(100),
        ))
      );
      harm.bulks++
    })
  const prune = async () => {
    const frozen = freeze(plan.freeze)
    await sleep(plan.freeze / 2)
    const log = await database.readLog()
    ledger.keep(log)
    await database.prune(log.head - LEFT_BY_PRUNING)
    harm.prunes++
    await frozen
  }
  const restore = async (isRenamedFirst: boolean) => {
    if (isRenamedFirst) await persist(() => database.renewEpoch('backup'))
    const at = performance.now()
    const { kept, lost } = await database.restore()
    if (!isRenamedFirst) await persist(() => database.renewEpoch('database'))
    ledger.lose(await database.readLog(lost), { kept, at })
    harm.restores++
  }
  const crash = async () => {
    await database.crash()
    harm.crashes++
  }
  const take: Record<Step, () => Promise<void>> = {
    'back up': () => database.backUp(),
    'restore a renamed log': () => restore(true),
    'restore and rename': async () => {
      // A frozen service may hold back writes, which would arrive later.
      await Promise.all(beside)
      await gate.whileClosed(() => restore(false))
    },
    crash,
    freeze: async () => void freeze(),
    prune,
    bulk: async () => begin(addMany()),
  }

  const start = performance.now()
  const [...steps] = plan.steps
  const pace = (plan.seconds * 1000) / (steps.length + 1)
  while (performance.now() - start < plan.seconds * 1000 || steps.length > 0) {
    await sleep(300 + Math.random() * 900)
    const done = plan.steps.length - steps.length
    const step = performance.now() - start > pace * (done + 1) ? steps.shift() : undefined
    // A restore that failed halfway cannot be repeated.
    if (step) await persist(take[step], step.startsWith('restore') ? 0 : ATTEMPTS)
    if (Math.random() < 0.4) await kill()
    else {
      await database.cutConnections()
      harm.cuts++
    }
  }
  await Promise.all(beside)
  return harm
}

const anyOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)]

/** The number of further attempts at a failed step. */
const ATTEMPTS = 20

/** Retries `work`, because PostgreSQL may be recovering from a crash. */
async function persist(work: () => Promise<void>, attempts = ATTEMPTS): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (attempts === 0) throw error
    await sleep(200)
    await persist(work, attempts - 1)
  }
}
