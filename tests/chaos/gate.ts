import { setTimeout as sleep } from 'node:timers/promises'

/** A gate that writers pass for each write. A closed gate makes them wait, and no write is running. */
export class Gate {
  private passing = 0
  private opened: Promise<void> = Promise.resolve()

  async pass(work: () => Promise<void>): Promise<void> {
    await this.opened
    this.passing++
    try {
      await work()
    } finally {
      this.passing--
    }
  }

  /** Runs work while the gate is closed. */
  async whileClosed(work: () => Promise<void>): Promise<void> {
    let open = () => {}
    this.opened = new Promise((resolve) => {
      open = resolve
    })
    try {
      while (this.passing > 0) await sleep(20)
      await work()
    } finally {
      open()
    }
  }
}
