import type { GlobalId } from './id.ts'

/** One thing that is wrong with what was given, and where. */
export interface Issue {
  /** Such as ["participants", "0", "actor"]. */
  path: string[]
  /** The rest of a sentence that begins with the place. */
  message: string
}

/** Why something was not written, for whoever asked to mend it. Nothing was written. */
export class Refusal extends Error {}

/** What was given breaks rules: all of them at once. */
export class Invalid extends Refusal {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super('What was given cannot be written: mend what the issues name, and send it again.')
    this.issues = issues
  }
}

/** What was to be changed is not there. */
export class NotFound extends Refusal {}

/** Someone else was quicker: the record is no longer at the version that the caller has seen. */
export class Conflict extends Refusal {
  readonly current: GlobalId
  readonly currentVersion: number

  constructor(current: GlobalId, currentVersion: number, expectedVersion: number) {
    super(
      `This record is at version ${currentVersion}, and ${expectedVersion} was expected: read it anew, and send the change again if it still holds.`,
    )
    this.current = current
    this.currentVersion = currentVersion
  }
}

/** An idempotency key came again with something else. */
export class Mismatch extends Refusal {
  constructor() {
    super('This idempotencyKey was used for something else in the last 24 hours: make a new one for each change.')
  }
}
