import { setTimeout as sleep } from 'node:timers/promises'

export interface PaceOptions {
  /** The time that the work may take at once, in milliseconds. */
  atOnce: number
  /** The time that it may take in each second after that, in milliseconds. */
  perSecond: number
}

/** Limits the time that work takes, with a token bucket of milliseconds. Work that exceeds the balance delays the next work. */
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

  /** Subtracts the time that some work took, in milliseconds. */
  spend(milliseconds: number): void {
    this.fill()
    this.left -= milliseconds
  }

  /** The number of milliseconds until the next work may begin; 0 for now. */
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

/** Resolves when all paces allow the next work. Rejects when the signal is aborted. */
export async function untilAllowed(paces: readonly Pace[], signal?: AbortSignal): Promise<void> {
  for (;;) {
    const wait = Math.max(0, ...paces.map((pace) => pace.wait))
    if (wait === 0) return
    await sleep(wait, undefined, { signal })
  }
}
