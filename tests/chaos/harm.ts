// What is done to the services and their database.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from './database.ts'
import type { Gate } from './gate.ts'
import type { Ledger } from './ledger.ts'
import type { Service } from './service.ts'

/** How often each was done. */
export interface Harm {
  kills: number
  /** Ends of connections. */
  cuts: number
  crashes: number
  freezes: number
  restores: number
  /** Of the log, past a frozen service. */
  prunes: number
  /** Transactions of many events, past the services. */
  bulks: number
}

export interface Plan {
  seconds: number
  /** What is done at even distances, in this order. In between, services are killed and connections cut. */
  steps: readonly Step[]
  /** For how long, in milliseconds, a service is frozen. */
  freeze: number
  /** How many events one transaction adds. */
  bulk: number
}

/**
 * A restore takes the place of the database as it was at the `back up` before: the log is renamed first, while writers write, or
 * after it, while nobody writes.
 */
export type Step = 'back up' | 'restore a renamed log' | 'restore and rename' | 'crash' | 'bulk' | 'freeze' | 'prune'

interface Scene {
  database: Database
  services: readonly Service[]
  ledger: Ledger
  gate: Gate
  plan: Plan
}

/** How many entries a pruning leaves of those that there are. */
const LEFT_BY_PRUNING = 50

/** Does harm until the time is over and all has been done. */
export async function doHarm({ database, services, ledger, gate, plan }: Scene): Promise<Harm> {
  const harm = { kills: 0, cuts: 0, crashes: 0, freezes: 0, restores: 0, prunes: 0, bulks: 0 }
  /** What goes on beside the rest. */
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
  /** Ends nothing that is at work, and is tried again where others end it. */
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
    if (isRenamedFirst) await database.renewEpoch('backup')
    const at = performance.now()
    const { kept, lost } = await database.restore()
    if (!isRenamedFirst) await database.renewEpoch('database')
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
      // A frozen service may hold writes, which would come after.
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
    if (step) await persist(take[step])
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

/** PostgreSQL may still be recovering from a crash. */
async function persist(work: () => Promise<void>, attempts = 20): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (attempts === 0) throw error
    await sleep(200)
    await persist(work, attempts - 1)
  }
}
