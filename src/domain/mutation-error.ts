import type { GlobalId } from './id.ts'

/** One thing that is wrong with what was given, and where. */
export interface Issue {
  /** Such as ["participants", "0", "actor"]. */
  path: string[]
  /** The rest of a sentence that begins with the place. */
  message: string
}

/** The base of errors that mutations return as data: the caller can fix them. Nothing was written. */
export class MutationError extends Error {}

/** What was given breaks rules: all of them at once. */
export class Invalid extends MutationError {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super('The input is not valid: correct the mistakes that `issues` lists, and send it again.')
    this.issues = issues
  }
}

/** What was to be changed is not there. */
export class NotFound extends MutationError {}

/** Someone else was quicker: the record is no longer at the version that the caller has seen. */
export class Conflict extends MutationError {
  readonly current: GlobalId
  readonly currentVersion: number

  constructor(current: GlobalId, currentVersion: number, expectedVersion: number) {
    super(
      `The record is at version ${currentVersion}, but ${expectedVersion} was expected: read it again, and repeat the change if it is still correct.`,
    )
    this.current = current
    this.currentVersion = currentVersion
  }
}

/** An idempotency key came again with something else. */
export class Mismatch extends MutationError {
  constructor() {
    super('This idempotencyKey was used for another change in the last 24 hours: use a new key for each change.')
  }
}
