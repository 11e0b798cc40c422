// What goes wrong on the service's side: which of it the database says, and what callers are told of it.

/** What callers are told of a fault. */
export interface Fault {
  code: string
  message: string
  status?: number
  /** Seconds after which it may work. */
  retryAfter?: number
}

export const unavailable: Fault = {
  code: 'SERVICE_UNAVAILABLE',
  message: 'This cannot be done at the moment: try again in a moment.',
  status: 503,
  retryAfter: 1,
}

export const timeout: Fault = {
  code: 'DATABASE_TIMEOUT',
  message: 'This took the database too long, and was given up: ask for less at a time.',
  status: 503,
  retryAfter: 5,
}

const full: Fault = {
  code: 'DATABASE_FULL',
  message: 'Nothing can be written at the moment, for want of space; reading goes on.',
  status: 503,
  retryAfter: 60,
}

const bug: Fault = {
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Something went wrong on our side. It is in the log; try again, or tell whoever runs this service.',
}

/** By what PostgreSQL, Prisma and sockets call them. */
const faults: readonly [pattern: RegExp, fault: Fault][] = [
  [/^(57014|55P03|25P03)$/, timeout],
  [/^(53100|53200)$/, full],
  [/^(08...|57P0[1-4]|53300|P1001|P1002|P1008|P1017|P2024|P2028)$/, unavailable],
  [/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/, unavailable],
]

/** What drivers say without a code. */
const lost =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed)/

/** What a fault is, by the errors that led to it. */
export function faultOf(error: unknown): Fault {
  for (const text of wordsOf(error)) {
    const known = faults.find(([pattern]) => pattern.test(text))
    if (known) return known[1]
    if (lost.test(text)) return unavailable
  }
  return bug
}

/** The codes and messages of an error and of all that it came from. */
function* wordsOf(error: unknown, depth = 0): Generator<string> {
  if (typeof error !== 'object' || error === null || depth > 8) return
  const { code, originalCode, message, originalMessage, kind, cause, meta, driverAdapterError } = error as Record<
    string,
    unknown
  >
  for (const word of [code, originalCode, message, originalMessage, kind]) if (typeof word === 'string') yield word
  for (const inner of [cause, meta, driverAdapterError]) yield* wordsOf(inner, depth + 1)
}
