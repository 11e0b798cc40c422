// Errors of the caller that only the database can find. Its functions raise them with these sentences, which every client of the
// database passes on in its message.
import { UserError } from '../domain/errors.ts'
import { gaps, prunedBefore } from '../domain/log-cursor.ts'

/** The errors for a cursor of another log or beyond its end, by what the function log_position raises. */
const cursorErrors = {
  'The cursor belongs to an earlier change log.': gaps.replaced,
  'The cursor is beyond the end of the change log.': gaps.ahead,
}

/** Returns the error of the caller that made a statement fail; undefined if it failed for another reason. */
export function callerErrorOf(error: unknown): UserError | undefined {
  const text = String(error)
  const [sentence] = /What was known before [-:.TZ\d]+ is not recorded: [\w ,]+\./.exec(text) ?? []
  if (sentence !== undefined) return new UserError(sentence, 'KNOWN_AT_TOO_EARLY', { cause: error })
  const [, oldest] = /The changes after the cursor were pruned: the oldest valid cursor is ([\w-]+)\./.exec(text) ?? []
  if (oldest !== undefined) return prunedBefore(oldest)
  const [, gap] = Object.entries(cursorErrors).find(([raised]) => text.includes(raised)) ?? []
  return gap && new UserError(gap.message, gap.code, { cause: error })
}

/** Rethrows an error of a statement, as a UserError if the caller made it fail. */
export function asCallerError(error: unknown): never {
  throw callerErrorOf(error) ?? error
}
