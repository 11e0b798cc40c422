import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Logger } from 'pino'
import { ServiceError, UserError } from '../../domain/errors.ts'
import { requestIdOf } from '../http/request-id.ts'
import { paramsOfContext } from '../http/yoga.ts'
import { codes, serviceErrorOf } from './service-error.ts'

/**
 * Returns the error as it is sent to the caller. Errors that the caller can fix keep their message and code. Any other error is
 * replaced with a service error.
 */
export function mask(error: unknown): GraphQLError {
  const cause = unexpectedIn(error)
  if (cause !== undefined)
    return toGraphQLError(serviceErrorOf(cause), cause, error instanceof GraphQLError ? error : undefined)
  const known = error as GraphQLError
  const original = known.originalError
  if (original instanceof ServiceError) return toGraphQLError(original, original, known)
  if (original instanceof UserError) return withCode(known, original.message, original.code)
  // graphql-js sets no code for a variable or an argument that does not fit its type.
  const { code = 'BAD_USER_INPUT', http } = known.extensions as { code?: string; http?: { spec?: boolean } }
  const isFinished = known.extensions.code && !(code === 'BAD_USER_INPUT' && http && !http.spec)
  return isFinished ? known : withCode(known, known.message, code)
}

/** Returns a function that masks an error and logs its cause if it is unexpected. Used outside of Yoga, which `useErrorLog` covers. */
export const maskWith =
  (log: Logger) =>
  (error: unknown): GraphQLError => {
    const cause = unexpectedIn(error)
    if (cause !== undefined) log.error({ err: cause, path: pathOf(error) }, FAILED)
    return mask(error)
  }

const FAILED = 'A request failed unexpectedly.'

/** Returns the cause of an unexpected error; undefined for user errors and service errors. */
function unexpectedIn(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error ?? new Error('A value was thrown that is not an Error.')
  const cause = error.originalError
  if (!cause || cause instanceof UserError || cause instanceof ServiceError) return undefined
  return cause instanceof GraphQLError ? unexpectedIn(cause) : cause
}

function withCode(at: GraphQLError, message: string, code: string): GraphQLError {
  // `spec: true`: Yoga sends the status only to clients that accept application/graphql-response+json. Older clients treat any
  // status except 200 as a network error.
  const extensions = at.extensions.http ? { code, http: { status: 400, spec: true } } : { code }
  return new GraphQLError(message, { nodes: at.nodes, path: at.path, extensions })
}

/** Converts a service error. The cause becomes the original error, so that `useErrorLog` recognizes it and logs it once. */
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

/** Logs each unexpected error once, with the id of the request and the name of the operation. */
export function useErrorLog(log: Logger): Plugin<YogaInitialContext> {
  const logged = new WeakSet<object>()

  function logOnce(error: unknown, context: Partial<YogaInitialContext>, operation: string | undefined): void {
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
          for (const error of (result as ExecutionResult).errors ?? []) logOnce(error, contextValue as never, operation)
        },
      }
    },
    onResultProcess: ({ request, result, serverContext }) => {
      const params = paramsOfContext(serverContext)
      const { errors } = result as ExecutionResult
      for (const error of errors ?? []) logOnce(error, { request, params }, params?.operationName ?? undefined)
    },
  }
}

/** The HTTP status and headers of an error. */
export interface HttpFields {
  status?: number
  headers?: Record<string, string>
}

/** Splits an error into its JSON form and the HTTP fields of its extensions, which are not sent in the body. Used outside of Yoga. */
export function formatError(error: GraphQLError | GraphQLFormattedError): {
  formatted: GraphQLFormattedError
  http: HttpFields
} {
  const { extensions = {}, ...rest } = 'toJSON' in error ? error.toJSON() : error
  const { http = {}, ...more } = extensions as { http?: HttpFields }
  return { formatted: { ...rest, extensions: more }, http }
}

/** An HTTP response that contains only errors. */
export interface ErrorAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Returns the HTTP response for masked errors. Its status is the highest status of the errors, at least `minimumStatus`. */
export function errorAnswer(
  errors: readonly (GraphQLError | GraphQLFormattedError)[],
  minimumStatus: number,
  extensions?: object,
): ErrorAnswer {
  const split = errors.map(formatError)
  const headers = Object.assign({}, ...split.map(({ http }) => http.headers)) as Record<string, string>
  return {
    status: Math.max(minimumStatus, ...split.map(({ http }) => http.status ?? 0)),
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify({ errors: split.map(({ formatted }) => formatted), extensions }),
  }
}

const codeOf = (error: unknown) => (error instanceof GraphQLError ? String(error.extensions.code) : '')

/** Whether one of these masked errors is temporary, so that a retry can succeed. */
export const isTemporary = (errors: unknown): boolean =>
  Array.isArray(errors) && errors.some((error) => [codes.unavailable, codes.timeout].includes(codeOf(error)))

/** Whether a masked error is a service error. */
export const isServiceError = (error: Error): boolean => Object.values(codes).includes(codeOf(error))

/** Whether a masked error is about statements that took too long. */
export const isDatabaseTimeout = (error: Error): boolean => codeOf(error) === codes.timeout

/** Returns the errors with which a subscription ends; undefined if the client shall only be disconnected, so that it resumes. */
export const lastErrors = (reason: unknown): GraphQLFormattedError[] | undefined =>
  reason instanceof UserError
    ? [formatError(mask(new GraphQLError(reason.message, { originalError: reason }))).formatted]
    : undefined
