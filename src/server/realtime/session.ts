// Ends open streams and connections when their key or token expires or is revoked.
import { findInvalidKeys } from '../../store/api-key.ts'
import type { Caller } from '../http/auth.ts'

/** An open stream or connection. */
interface Session {
  isOpen: () => boolean
  /** Ends it. `why` is a sentence with the reason. */
  end: (why: string) => void
}

/** The interval of the check for expired sessions, in milliseconds, and how many of these pass between checks for revoked keys. */
const CHECK_MS = 1000
const CHECKS_PER_QUERY = 5

const sessions = new Map<Session, Caller>()
let timer: NodeJS.Timeout | undefined

const EXPIRED = 'The API key or token has expired: connect with a valid one.'
const REVOKED = 'The API key was revoked: connect with a valid one.'

/** Ends a session within a second after its caller's key or token expires, and within six after its key is revoked. */
export function endWith(caller: Caller, session: Session): void {
  if (caller.expiresAt === undefined && !caller.keyId) return
  sessions.set(session, caller)
  timer ??= startTimer()
}

function startTimer(): NodeJS.Timeout {
  let checks = 0
  const check = () => {
    for (const session of sessions.keys()) if (!session.isOpen()) sessions.delete(session)
    endSessions(({ expiresAt }) => expiresAt !== undefined && expiresAt <= Date.now(), EXPIRED)
    if (sessions.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
    checks++
    // If the database is down, streams deliver nothing. The next query ends them.
    if (checks % CHECKS_PER_QUERY === 0) endRevoked().catch(() => {})
  }
  return setInterval(check, CHECK_MS).unref()
}

/** Ends the sessions whose API keys were revoked. */
async function endRevoked(): Promise<void> {
  const ids = new Set([...sessions.values()].flatMap(({ keyId }) => keyId ?? []))
  if (ids.size === 0) return
  const ended = await findInvalidKeys([...ids])
  endSessions(({ keyId }) => keyId !== undefined && ended.has(keyId), REVOKED)
}

function endSessions(hasEnded: (caller: Caller) => boolean, why: string): void {
  for (const [session, caller] of sessions) {
    if (!hasEnded(caller)) continue
    sessions.delete(session)
    session.end(why)
  }
}
