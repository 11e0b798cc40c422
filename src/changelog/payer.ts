import { startCpuTimer } from '../db/cpu-timer.ts'
import { type Pace, untilAllowed } from './pace.ts'

/** Pays for the work that a subscription causes. */
export interface Payer {
  /** The caller, who shares lanes with other callers by taking turns. */
  readonly name: string
  /** Resolves when the caller has at least so many points; takes none. Rejects when the signal is aborted. */
  pay(points: number, signal?: AbortSignal): Promise<void>
  /** Takes the points, even if the caller has fewer. */
  charge(points: number): void
  /** Limits on catching up and on filters with a statement of their own. Default: none. */
  readonly paces?: readonly Pace[]
}

/** The price of one millisecond of work in the service or in the database. */
export const POINTS_PER_MS = 167

/** A payer without limits, for work that is not charged. */
export const freePayer: Payer = { name: 'anyone', pay: () => Promise.resolve(), charge: () => {} }

/** Runs synchronous work and charges its processor time to the payer. Returns the work's result. */
export function chargeCpuTime<T>(payer: Payer, work: () => T): T {
  const elapsed = startCpuTimer()
  try {
    return work()
  } finally {
    payer.charge(Math.ceil(elapsed() * POINTS_PER_MS))
  }
}

/** Returns the payer with its paces applied: for catching up and separate evaluation, not for shared delivery. */
export function paced(payer: Payer): Payer {
  const { name, paces } = payer
  if (!paces) return payer
  return {
    name,
    pay: async (points, signal) => {
      await payer.pay(points, signal)
      await untilAllowed(paces, signal)
    },
    charge: (points) => {
      payer.charge(points)
      for (const pace of paces) pace.spend(points / POINTS_PER_MS)
    },
  }
}

/** The number of a group's payers that `firstSolvent` considers. */
const MAX_CONSIDERED = 16

/** Resolves to the first payer whose balance is not negative. Rejects when the signal is aborted. */
export async function firstSolvent(payers: Iterable<Payer>, signal: AbortSignal): Promise<Payer> {
  const byName = new Map<string, Payer>()
  for (const payer of payers) {
    byName.set(payer.name, payer)
    if (byName.size === MAX_CONSIDERED) break
  }
  const [first, ...others] = byName.values()
  if (!first) throw new Error('No caller is charged for the work.')
  if (others.length === 0) return first.pay(0, signal).then(() => first)
  const found = new AbortController()
  const either = AbortSignal.any([signal, found.signal])
  try {
    return await Promise.any([...byName.values()].map((payer) => payer.pay(0, either).then(() => payer)))
  } finally {
    found.abort()
  }
}
