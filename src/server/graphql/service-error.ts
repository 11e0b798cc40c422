// Maps unexpected errors, such as those of the database and its drivers, to the service errors that callers receive.
import { ServiceError, type ServiceErrorKind } from '../../domain/errors.ts'

const unavailableKind: ServiceErrorKind = {
  code: 'SERVICE_UNAVAILABLE',
  message: 'The service is temporarily unavailable: try again in a moment.',
  status: 503,
  retryAfter: 1,
}

const timeout: ServiceErrorKind = {
  code: 'DATABASE_TIMEOUT',
  message: 'The operation took too long and was cancelled: request fewer records in one operation.',
  status: 503,
  retryAfter: 5,
}

const full: ServiceErrorKind = {
  code: 'DATABASE_FULL',
  message:
    'Writing is not possible at the moment, because the database has no disk space left: try again later. Reading is still possible.',
  status: 503,
  retryAfter: 60,
}

const bug: ServiceErrorKind = {
  code: 'INTERNAL_SERVER_ERROR',
  message: 'An unexpected error occurred and was logged: try again, or report it to the operator of this service.',
}

/** The codes of service errors. */
export const codes = { unavailable: unavailableKind.code, timeout: timeout.code, full: full.code, bug: bug.code }

/** Creates the error for a request that the service cannot answer at the moment. */
export const unavailable = (cause?: unknown): ServiceError => new ServiceError(unavailableKind, { cause })

/**
 * The kinds of service errors by the codes of PostgreSQL (SQLSTATE), Prisma's client, Prisma's driver adapters and sockets. Codes
 * are preferred, because they do not change when the error is wrapped. Messages are used only for errors without a code.
 */
const kinds: readonly [pattern: RegExp, kind: ServiceErrorKind][] = [
  [/^(57014|55P03|25P03)$/, timeout],
  [/^(53100|53200)$/, full],
  // Lost, refused and too many connections, a server that stops or starts, and aborted transactions.
  [/^(08...|28...|3D000|40001|40P01|53300|57P0[1-5])$/, unavailableKind],
  [/^(P1000|P1001|P1002|P1003|P1008|P1010|P1011|P1017|P1018|P2024|P2028|P2034|P2037)$/, unavailableKind],
  [
    /^(AuthenticationFailed|Connection(Closed|Lost)|Database(AccessDenied|DoesNotExist|NotReachable)|SocketTimeout|TlsConnectionError|TooManyConnections|Transaction(AlreadyClosed|WriteConflict))$/,
    unavailableKind,
  ],
  [
    /^(E(AI_AGAIN|CONNABORTED|CONNREFUSED|CONNRESET|HOSTUNREACH|NETDOWN|NETUNREACH|NOTFOUND|PIPE|TIMEDOUT))$/,
    unavailableKind,
  ],
]

/** Messages without a code about lost connections: those of drivers, and those of PostgreSQL about parallel workers. */
const lostConnection =
  /^(timeout exceeded when trying to connect|timeout expired|Connection terminated|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|Query read timeout|Server has closed the connection|lost connection to parallel worker|parallel worker failed to initialize|(read|write|connect) E[A-Z]+\b)/

/** Returns the service error for an unexpected error, by the codes and messages of the error and its causes. */
export const serviceErrorOf = (error: unknown): ServiceError => new ServiceError(kindOf(error), { cause: error })

function kindOf(error: unknown): ServiceErrorKind {
  for (const text of codesAndMessages(error)) {
    const known = kinds.find(([pattern]) => pattern.test(text))
    if (known) return known[1]
    if (lostConnection.test(text)) return unavailableKind
  }
  return bug
}

/** Yields the codes and messages of an error and its causes. */
function* codesAndMessages(error: unknown, depth = 0): Generator<string> {
  if (typeof error !== 'object' || error === null || depth > 8) return
  const { code, originalCode, kind, message, originalMessage, ...more } = Object.fromEntries(
    properties.map((name) => [name, (error as Record<string, unknown>)[name]]),
  )
  for (const text of [code, originalCode, kind, message, originalMessage]) if (typeof text === 'string') yield text
  // `errors`: a host name with several addresses fails once for each.
  for (const inner of Object.values(more).flat()) yield* codesAndMessages(inner, depth + 1)
}

/** The properties of errors that contain codes, messages and causes. */
const properties = [
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
