import { type Pace, untilAllowed } from './pace.ts'

/** Who pays for the work of a subscription. */
export interface Payer {
  /** The caller. Callers take turns. */
  readonly name: string
  /** Resolves once the caller can pay; rejects when the subscription ends. */
  pay(points: number, signal?: AbortSignal): Promise<void>
  /** Takes the points, even if the caller has fewer. */
  charge(points: number): void
  /** How fast it may catch up or be judged apart. Default: as fast as the caller can pay. */
  readonly paces?: readonly Pace[]
}

/** What one millisecond of the time of the service or of the database costs. */
export const POINTS_PER_MS = 167

/** Pays at once, and without limit. */
export const freePayer: Payer = { name: 'anyone', pay: () => Promise.resolve(), charge: () => {} }

/** Does work that holds up the service while it lasts, and charges its processor time. */
export function chargeCpuTime<T>(payer: Payer, work: () => T): T {
  const start = performance.now()
  const before = process.cpuUsage()
  try {
    return work()
  } finally {
    // The process has other threads, and on a busy machine it waits for a processor.
    const { user, system } = process.cpuUsage(before)
    payer.charge(Math.ceil(Math.min(performance.now() - start, (user + system) / 1000) * POINTS_PER_MS))
  }
}

/** The same payer for work that keeps to its paces: not for what is delivered to all who share it. */
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

/** How many payers of one group are asked. */
const MAX_ASKED = 16

/** The first of the payers that can pay. Rejects when none of them can any more. */
export async function firstSolvent(payers: Iterable<Payer>, signal: AbortSignal): Promise<Payer> {
  const byName = new Map<string, Payer>()
  for (const payer of payers) {
    byName.set(payer.name, payer)
    if (byName.size === MAX_ASKED) break
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
