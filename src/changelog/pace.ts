import { setTimeout as sleep } from 'node:timers/promises'

export interface PaceOptions {
  /** How much time the work may take at once, in milliseconds. */
  atOnce: number
  /** How much of each second it may take from then on, in milliseconds. */
  perSecond: number
}

/** Limits how much time some work takes: a token bucket of milliseconds. Work that takes longer than what is left delays the next. */
export class Pace {
  private readonly options: PaceOptions
  private readonly now: () => number
  private left: number
  private at: number

  constructor(options: PaceOptions, now: () => number = () => performance.now()) {
    this.options = options
    this.now = now
    this.left = options.atOnce
    this.at = now()
  }

  /** Takes the time that some work took, in milliseconds. */
  spend(milliseconds: number): void {
    this.fill()
    this.left -= milliseconds
  }

  /** After how many milliseconds the next work may begin; 0 for now. */
  get wait(): number {
    this.fill()
    return this.left > 0 ? 0 : Math.ceil(((1 - this.left) * 1000) / this.options.perSecond)
  }

  private fill(): void {
    const at = this.now()
    this.left = Math.min(this.options.atOnce, this.left + ((at - this.at) * this.options.perSecond) / 1000)
    this.at = at
  }
}

/** Resolves once work may begin at each of the paces. Rejects when the signal is aborted. */
export async function untilAllowed(paces: readonly Pace[], signal?: AbortSignal): Promise<void> {
  for (;;) {
    const wait = Math.max(0, ...paces.map((pace) => pace.wait))
    if (wait === 0) return
    await sleep(wait, undefined, { signal })
  }
}
