// Ends what stays open once the key or the token that opened it is no longer good.
import { findInvalidKeys } from '../../store/api-key.ts'
import type { Caller } from '../http/auth.ts'

/** What stays open for a caller. */
interface Session {
  isOpen: () => boolean
  /** Given a sentence that says why. */
  end: (why: string) => void
}

/** So often it is looked which have expired, and, more rarely, which keys were revoked. */
const LOOK_MS = 1000
const LOOKS_A_CHECK = 5

const sessions = new Map<Session, Caller>()
let clock: NodeJS.Timeout | undefined

const EXPIRED = 'The API key or token has expired: connect with a valid one.'
const REVOKED = 'The API key was revoked: connect with a valid one.'

/** Ends a session within a second after its caller's key or token expires, and within six after its key is revoked. */
export function endWith(caller: Caller, session: Session): void {
  if (caller.expiresAt === undefined && !caller.keyId) return
  sessions.set(session, caller)
  clock ??= startClock()
}

function startClock(): NodeJS.Timeout {
  let looks = 0
  const look = () => {
    for (const session of sessions.keys()) if (!session.isOpen()) sessions.delete(session)
    endThose(({ expiresAt }) => expiresAt !== undefined && expiresAt <= Date.now(), EXPIRED)
    if (sessions.size === 0) {
      clearInterval(clock)
      clock = undefined
    }
    looks++
    // While the database is away nothing goes out that is to be ended; the next check finds it.
    if (looks % LOOKS_A_CHECK === 0) checkKeys().catch(() => {})
  }
  return setInterval(look, LOOK_MS).unref()
}

async function checkKeys(): Promise<void> {
  const ids = new Set([...sessions.values()].flatMap(({ keyId }) => keyId ?? []))
  if (ids.size === 0) return
  const ended = await findInvalidKeys([...ids])
  endThose(({ keyId }) => keyId !== undefined && ended.has(keyId), REVOKED)
}

function endThose(isOver: (caller: Caller) => boolean, why: string): void {
  for (const [session, caller] of sessions) {
    if (!isOver(caller)) continue
    sessions.delete(session)
    session.end(why)
  }
}
