import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Logger } from 'pino'
import { UserError } from '../../domain/errors.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type ServiceError, serviceErrorOf, unavailable as serviceUnavailable } from './service-error.ts'

/**
 * Errors that the caller can fix keep their words and its code. Everything else is a bug or a fault, of which the caller is told no
 * more than what it means for them.
 */
export function mask(error: unknown): GraphQLError {
  const cause = unexpectedIn(error)
  if (cause !== undefined)
    return toGraphQLError(serviceErrorOf(cause), cause, error instanceof GraphQLError ? error : undefined)
  const known = error as GraphQLError
  const domain = known.originalError
  if (domain instanceof UserError && domain.code === serviceUnavailable.code)
    return toGraphQLError(serviceUnavailable, domain, known)
  if (domain instanceof UserError) return withCode(known, domain.message, domain.code)
  // Graphql's own words for a variable or an argument that does not fit its type come without a code.
  const { code = 'BAD_USER_INPUT', http } = known.extensions as { code?: string; http?: { spec?: boolean } }
  const isFinished = known.extensions.code && !(code === 'BAD_USER_INPUT' && http && !http.spec)
  return isFinished ? known : withCode(known, known.message, code)
}

/** The same, and in the log, for what no request asks for. */
export const maskWith =
  (log: Logger) =>
  (error: unknown): GraphQLError => {
    const cause = unexpectedIn(error)
    if (cause !== undefined) log.error({ err: cause, path: pathOf(error) }, FAILED)
    return mask(error)
  }

const FAILED = 'A request failed unexpectedly.'

/** The cause of an error that no caller can fix; undefined where they can fix it. */
function unexpectedIn(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error ?? new Error('A value was thrown that is not an Error.')
  const cause = error.originalError
  if (!cause || cause instanceof UserError) return undefined
  return cause instanceof GraphQLError ? unexpectedIn(cause) : cause
}

function withCode(at: GraphQLError, message: string, code: string): GraphQLError {
  // Clients of before GraphQL over HTTP was specified take any status but 200 for a failure of the connection.
  const extensions = at.extensions.http ? { code, http: { status: 400, spec: true } } : { code }
  return new GraphQLError(message, { nodes: at.nodes, path: at.path, extensions })
}

function toGraphQLError(
  { code, message, status, retryAfter }: ServiceError,
  cause: unknown,
  at?: GraphQLError,
): GraphQLError {
  const http = status && { status, headers: { 'retry-after': String(retryAfter) } }
  return new GraphQLError(message, {
    nodes: at?.nodes,
    path: at?.path,
    originalError: cause instanceof Error ? cause : new Error(String(cause)),
    extensions: { code, ...(http && { http, retryAfter }) },
  })
}

const pathOf = (error: unknown) => (error instanceof GraphQLError ? error.path?.join('.') : undefined)

/** Logs each fault once, with the request and the operation that met it. */
export function useErrorLog(log: Logger): Plugin<YogaInitialContext> {
  const logged = new WeakSet<object>()

  function note(error: unknown, context: Partial<YogaInitialContext>, operation: string | undefined): void {
    const cause = unexpectedIn(error)
    if (typeof cause !== 'object' || cause === null || logged.has(cause)) return
    logged.add(cause)
    const requestId = requestIdOf(context)
    log.error({ err: cause, path: pathOf(error), requestId, operation }, FAILED)
  }

  return {
    onExecute: ({ args }) => {
      const { document, operationName, contextValue } = args
      const operation = operationName ?? getOperationAST(document)?.name?.value
      return {
        onExecuteDone: ({ result }) => {
          for (const error of (result as ExecutionResult).errors ?? []) note(error, contextValue as never, operation)
        },
      }
    },
    onResultProcess: ({ request, result, serverContext }) => {
      const { params } = serverContext as Partial<YogaInitialContext>
      const { errors } = result as ExecutionResult
      for (const error of errors ?? []) note(error, { request, params }, params?.operationName ?? undefined)
    },
  }
}

/** How an error is told over HTTP beside its words. */
export interface HttpFields {
  status?: number
  headers?: Record<string, string>
}

/** An error as it is sent by what is not Yoga's: without what is for HTTP alone, which comes beside it. */
export function worded(error: GraphQLError | GraphQLFormattedError): { said: GraphQLFormattedError; http: HttpFields } {
  const { extensions = {}, ...said } = 'toJSON' in error ? error.toJSON() : error
  const { http = {}, ...more } = extensions as { http?: HttpFields }
  return { said: { ...said, extensions: more }, http }
}

/** An answer over HTTP that holds nothing but errors. */
export interface ErrorAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** The answer of errors that were masked. `usual` is its status where they have no higher one. */
export function errorAnswer(
  errors: readonly (GraphQLError | GraphQLFormattedError)[],
  usual: number,
  extensions?: object,
): ErrorAnswer {
  const words = errors.map(worded)
  const told = Object.assign({}, ...words.map(({ http }) => http.headers)) as Record<string, string>
  return {
    status: Math.max(usual, ...words.map(({ http }) => http.status ?? 0)),
    headers: { 'content-type': 'application/json; charset=utf-8', ...told },
    body: JSON.stringify({ errors: words.map(({ said }) => said), extensions }),
  }
}

/** What is said where something that is asked for cannot be done for a while. */
export const unavailable = (cause?: unknown): UserError =>
  new UserError(serviceUnavailable.message, serviceUnavailable.code, { cause })

const TIMEOUT = 'DATABASE_TIMEOUT'
const passing = new Set([serviceUnavailable.code, TIMEOUT])

const codeOf = (error: unknown) => (error instanceof GraphQLError ? String(error.extensions.code) : '')

/** Whether it is worth trying again what these errors refuse. */
export const isTemporary = (errors: unknown): boolean =>
  Array.isArray(errors) && errors.some((error) => passing.has(codeOf(error)))

/** Whether a masked error stands for a bug or a fault of the service. */
export const isServiceError = (error: Error): boolean =>
  ['INTERNAL_SERVER_ERROR', 'DATABASE_FULL', ...passing].includes(codeOf(error))

/** Whether a masked error stands for statements that took too long. */
export const isDatabaseTimeout = (error: Error): boolean => codeOf(error) === TIMEOUT

/** The errors that a subscriber is told when its subscription ends; undefined where it is to connect again without a word. */
export const lastErrors = (reason: unknown): GraphQLFormattedError[] | undefined =>
  reason instanceof UserError && reason.code !== serviceUnavailable.code
    ? [worded(mask(new GraphQLError(reason.message, { originalError: reason }))).said]
    : undefined
