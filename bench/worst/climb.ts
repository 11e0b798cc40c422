// The search: keeps the worst operations of each kind, and tries changes and combinations of them.
import type { Chance } from '../search/chance.ts'
import type { Generator } from './generator.ts'
import type { Mutator } from './mutate.ts'
import type { Operation } from './operation.ts'
import { cpuOfTrial, type Trial } from './trial.ts'

/** The goals that rate a trial: its CPU time, its CPU time per point, and the delay that it causes for others. */
export const goals = {
  cpu: cpuOfTrial,
  worth: (trial: Trial) => cpuOfTrial(trial) / Math.max(1, trial.points),
  delay: ({ delay = 0 }: Trial) => delay,
} as const

export type Goal = keyof typeof goals

/** The number of trials by result, and the reasons of refusals. */
export interface Tally {
  tried: number
  refused: Map<string, number>
}

interface ClimbOptions {
  generator: Generator
  mutator: Mutator
  chance: Chance
  nicheOf: (trial: Trial) => string
  /** A trial that took this CPU time has the worst possible rating. */
  capMs: number
}

/** The share of the time for subscriptions, each of which takes about a second. */
const FEED_SHARE = 0.3
/** A refused operation that used this CPU time, in milliseconds, is kept. */
const REFUSED_MS = 100
const SHRINKS = 3
/** For this number of trials, most operations are new instead of changed. */
const EARLY = 300

export class Climb {
  readonly tally: Tally = { tried: 0, refused: new Map() }
  readonly #options: ClimbOptions
  readonly #elites = new Map<string, Trial>()
  readonly #spent = { query: 0, subscription: 0 }
  /** A smaller copy of the operation that was refused last, to be tried next. */
  #next: { operation: Operation; shrinks: number } | undefined

  constructor(options: ClimbOptions) {
    this.#options = options
  }

  /** Returns the operation to try next. */
  next(): Operation {
    if (this.#next) return this.#next.operation
    const { chance, generator, mutator } = this.#options
    const { query, subscription } = this.#spent
    const kind = subscription < FEED_SHARE * (query + subscription) ? 'subscription' : 'query'
    const luck = chance.below(10)
    const isEarly = this.tally.tried < EARLY
    const one = luck < (isEarly ? 7 : 3) ? undefined : this.#pick(kind)
    if (!one) return generator.operation(kind)
    const other = chance.below(3) === 0 ? this.#pick(kind) : undefined
    return other ? mutator.cross(one.operation, other.operation) : mutator.mutate(one.operation)
  }

  /** Records the result of a trial and its time. */
  take(trial: Trial, tookMs: number): void {
    this.tally.tried++
    this.#spent[trial.operation.kind] += tookMs
    const shrinks = this.#next?.shrinks ?? 0
    this.#next = undefined
    if (isRefused(trial)) {
      const why = trial.refusal ?? String(trial.status)
      this.#count(why)
      if (/LIMIT|COST|INPUT/.test(why) && shrinks < SHRINKS && this.#options.chance.below(2))
        this.#next = { operation: this.#options.mutator.shrink(trial.operation), shrinks: shrinks + 1 }
      if (cpuOfTrial(trial) < REFUSED_MS) return
    }
    const niche = this.#options.nicheOf(trial)
    for (const goal of Object.keys(goals) as Goal[]) {
      const key = `${trial.operation.kind}: ${niche}: ${goal}`
      const best = this.#elites.get(key)
      if (!best || this.#rank(goal, trial) > this.#rank(goal, best)) this.#elites.set(key, trial)
    }
  }

  /** Skips the operation that `next` returned. */
  skip(why: string): void {
    this.#next = undefined
    this.#count(why)
  }

  #count(why: string): void {
    this.tally.refused.set(why, (this.tally.refused.get(why) ?? 0) + 1)
  }

  /** Returns the worst trials for a goal, each of a different kind. */
  worst(goal: Goal, kind?: Operation['kind']): Trial[] {
    const kept = [...this.#elites].filter(([key]) => key.endsWith(`: ${goal}`)).map(([, trial]) => trial)
    const some = kept.filter(({ operation }) => !kind || operation.kind === kind)
    return some.sort((one, other) => this.#rank(goal, other) - this.#rank(goal, one))
  }

  /**
   * Returns the rating of a trial. A trial that was cut off has the worst one, because a busy machine may give it
   * little CPU time.
   */
  #rank(goal: Goal, trial: Trial): number {
    const { postgres, node } = trial.cpu
    const missing = trial.status === 503 ? Math.max(0, this.#options.capMs - cpuOfTrial(trial)) : 0
    return goals[goal]({ ...trial, cpu: { postgres: postgres + missing, node } })
  }

  /**
   * Returns one of the worst trials, with higher probability for worse ones. Rarely returns one that cannot become
   * worse.
   */
  #pick(kind: Operation['kind']): Trial | undefined {
    const { chance, capMs } = this.#options
    const choices: Goal[] = kind === 'query' ? ['cpu', 'worth'] : ['cpu', 'worth', 'delay']
    const goal = chance.of(choices)
    const sorted = this.worst(goal, kind)
    const open = sorted.filter((trial) => goals.cpu(trial) < capMs && goals.delay(trial) < capMs)
    const some = open.length && chance.below(8) ? open : sorted
    const place = (chance.below(1000) / 1000) ** 2
    return some[Math.floor(place * some.length)]
  }
}

/** Returns whether the service refused the operation, instead of failing to run it. */
export const isRefused = ({ status, refusal, operation }: Trial): boolean =>
  status !== 503 &&
  (operation.kind === 'subscription' ? status !== 200 || refusal !== undefined : refusal !== undefined)
