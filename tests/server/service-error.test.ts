import { expect, test } from 'vitest'
import { serviceErrorOf } from '../../src/server/graphql/service-error.ts'

/** Returns an error of Prisma's client with an error of the driver adapter as its cause. */
const prisma = (code: string | undefined, cause: object) =>
  Object.assign(new Error('Invalid `prisma.$queryRaw()` invocation'), {
    code,
    meta: { driverAdapterError: Object.assign(new Error('x'), { cause }) },
  })

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code })
const sent = (originalCode: string) => ({ kind: 'postgres', originalCode, originalMessage: 'x' })

test.each<[what: string, error: unknown]>([
  ['a raw query whose connection was reset', prisma('P2010', { kind: 'ConnectionClosed' })],
  ['a raw query on a server that is not there', prisma('P2010', { kind: 'DatabaseNotReachable' })],
  ['a raw query that found too many connections', prisma('P2010', { kind: 'TooManyConnections' })],
  ['a raw query whose socket waited too long', prisma('P2010', { kind: 'SocketTimeout' })],
  ['a raw query without TLS', prisma('P2010', { kind: 'TlsConnectionError', reason: 'x' })],
  ['a raw query whose transaction had ended', prisma('P2010', { kind: 'TransactionAlreadyClosed', cause: 'x' })],
  ['a transaction in the way of another', prisma('P2034', { kind: 'TransactionWriteConflict' })],
  ['a transaction that ended before', coded('P2028', 'Transaction API error: Transaction not found.')],
  ['an adapter’s error by itself', Object.assign(new Error('x'), { cause: { kind: 'ConnectionClosed' } })],
  ['a connection that the server ended', prisma('P2010', sent('57P01'))],
  ['a crash of the server', coded('57P02')],
  ['a server that starts', coded('57P03')],
  ['a session that was idle too long', coded('57P05')],
  ['a failed connection', prisma(undefined, sent('08006'))],
  ['a role that is refused', prisma('P1000', { kind: 'AuthenticationFailed' })],
  ['a deadlock', prisma('P2010', sent('40P01'))],
  ['a reset', coded('ECONNRESET', 'read ECONNRESET')],
  ['a reset in words alone', new Error('read ECONNRESET')],
  ['a broken pipe', coded('EPIPE', 'write EPIPE')],
  ['an aborted connection', coded('ECONNABORTED')],
  ['no route', coded('ENETUNREACH')],
  ['a server of several addresses', new AggregateError([coded('ECONNREFUSED')])],
  ['a lost connection', new Error('Connection terminated unexpectedly')],
  ['a closed client', new Error('Client was closed and is not queryable')],
  ['a broken client', new Error('Client has encountered a connection error and is not queryable')],
  ['a server that went away', new Error('Server has closed the connection.')],
  ['a pool that is closed', new Error('Cannot use a pool after calling end on the pool')],
  ['a parallel worker that was ended', coded('55000', 'lost connection to parallel worker')],
  ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: coded('ECONNRESET') }) })],
])('%s is reported as SERVICE_UNAVAILABLE', (_what, error) => {
  expect(serviceErrorOf(error)).toMatchObject({ code: 'SERVICE_UNAVAILABLE', status: 503 })
})

test.each<[what: string, error: unknown, code: string]>([
  ['a statement that took too long', prisma('P2010', sent('57014')), 'DATABASE_TIMEOUT'],
  ['a full disk', prisma('P2010', sent('53100')), 'DATABASE_FULL'],
  [
    'a broken rule',
    prisma('P2002', { kind: 'UniqueConstraintViolation', originalCode: '23505' }),
    'INTERNAL_SERVER_ERROR',
  ],
  [
    'a column that is missing',
    prisma('P2022', { kind: 'ColumnNotFound', originalCode: '42703' }),
    'INTERNAL_SERVER_ERROR',
  ],
  ['a bug', new TypeError("Cannot read properties of undefined (reading 'id')"), 'INTERNAL_SERVER_ERROR'],
  ['what is no error', 'x', 'INTERNAL_SERVER_ERROR'],
])('%s is reported with its own code', (_what, error, code) => {
  expect(serviceErrorOf(error).code).toBe(code)
})

test('an error that is its own cause is reported as a bug', () => {
  const error = new Error('x')
  error.cause = error
  expect(serviceErrorOf(error).code).toBe('INTERNAL_SERVER_ERROR')
})
