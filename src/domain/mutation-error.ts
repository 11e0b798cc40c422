import { UserError } from './errors.ts'
import type { GlobalId } from './id.ts'

/** One mistake in the input, and its path. */
export interface Issue {
  /** Such as ["participants", "0", "actor"]. */
  path: string[]
  /** The rest of a sentence whose subject is the input at the path. */
  message: string
}

/** An error that mutations return as data. The mutation has written nothing. */
export class MutationError extends UserError {}

/** The input is not valid. Lists all mistakes. */
export class Invalid extends MutationError {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super('The input is not valid: correct the mistakes that `issues` lists, and send it again.')
    this.issues = issues
  }
}

/** The record to change does not exist. */
export class NotFound extends MutationError {}

/** The record was changed after the caller read it: it is no longer at the expected version. */
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

/** An idempotency key was used again with another input. */
export class Mismatch extends MutationError {
  constructor() {
    super('This idempotencyKey was used for another change in the last 24 hours: use a new key for each change.')
  }
}
