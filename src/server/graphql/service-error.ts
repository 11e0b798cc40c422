// What goes wrong on the service's side: which of it the database says, and what callers are told of it.

/** An error of the service, as callers are told it. */
export interface ServiceError {
  code: string
  message: string
  status?: number
  /** Seconds after which it may work. */
  retryAfter?: number
}

export const unavailable: ServiceError = {
  code: 'SERVICE_UNAVAILABLE',
  message: 'The service is temporarily unavailable: try again in a moment.',
  status: 503,
  retryAfter: 1,
}

const timeout: ServiceError = {
  code: 'DATABASE_TIMEOUT',
  message: 'The operation took too long and was cancelled: request fewer records in one operation.',
  status: 503,
  retryAfter: 5,
}

const full: ServiceError = {
  code: 'DATABASE_FULL',
  message:
    'Writing is not possible at the moment, because the database has no disk space left: try again later. Reading is still possible.',
  status: 503,
  retryAfter: 60,
}

const bug: ServiceError = {
  code: 'INTERNAL_SERVER_ERROR',
  message: 'An unexpected error occurred and was logged: try again, or report it to the operator of this service.',
}

/**
 * By the codes of PostgreSQL (SQLSTATE), of Prisma's client, of Prisma's driver adapters and of sockets. A code says what the
 * cause is, whatever wraps it; messages are only for what has no code.
 */
const serviceErrors: readonly [pattern: RegExp, fault: ServiceError][] = [
  [/^(57014|55P03|25P03)$/, timeout],
  [/^(53100|53200)$/, full],
  // Connections that are lost, refused or too many, a server that stops or starts, and transactions that were given up.
  [/^(08...|28...|3D000|40001|40P01|53300|57P0[1-5])$/, unavailable],
  [/^(P1000|P1001|P1002|P1003|P1008|P1010|P1011|P1017|P1018|P2024|P2028|P2034|P2037)$/, unavailable],
  [
    /^(AuthenticationFailed|Connection(Closed|Lost)|Database(AccessDenied|DoesNotExist|NotReachable)|SocketTimeout|TlsConnectionError|TooManyConnections|Transaction(AlreadyClosed|WriteConflict))$/,
    unavailable,
  ],
  [
    /^(E(AI_AGAIN|CONNABORTED|CONNREFUSED|CONNRESET|HOSTUNREACH|NETDOWN|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT))$/,
    unavailable,
  ],
]

/** What drivers say of a connection without a code; of PostgreSQL, what it says of processes that help a connection's. */
const lost =
  /^(timeout exceeded when trying to connect|timeout expired|Connection terminated|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|Query read timeout|Server has closed the connection|lost connection to parallel worker|parallel worker failed to initialize|(read|write|connect) E[A-Z]+\b)/

/** What a fault is, by the errors that led to it. */
export function serviceErrorOf(error: unknown): ServiceError {
  for (const text of wordsOf(error)) {
    const known = serviceErrors.find(([pattern]) => pattern.test(text))
    if (known) return known[1]
    if (lost.test(text)) return unavailable
  }
  return bug
}

/** The codes and messages of an error and of all that it came from. */
function* wordsOf(error: unknown, depth = 0): Generator<string> {
  if (typeof error !== 'object' || error === null || depth > 8) return
  const { code, originalCode, kind, message, originalMessage, ...more } = Object.fromEntries(
    told.map((name) => [name, (error as Record<string, unknown>)[name]]),
  )
  for (const word of [code, originalCode, kind, message, originalMessage]) if (typeof word === 'string') yield word
  // An address that has several fails once for each.
  for (const inner of Object.values(more).flat()) yield* wordsOf(inner, depth + 1)
}

/** Where errors keep what they say, and what they came from. */
const told = [
  'code',
  'originalCode',
  'kind',
  'message',
  'originalMessage',
  'cause',
  'meta',
  'driverAdapterError',
  'originalError',
  'errors',
]
