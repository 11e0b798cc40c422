import { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import { DomainError } from '../domain/errors.ts'

/**
 * What a caller can mend keeps its words and its code. Everything else is a bug or a fault: it is logged whole, and the
 * caller is told no more than that it happened.
 */
export const maskWith =
  (log: Logger) =>
  (error: unknown): Error => {
    if (!(error instanceof GraphQLError)) return unexpected(log, error)
    const cause = error.originalError
    if (cause instanceof DomainError) return withCode(error, cause.message, cause.code)
    if (cause && !(cause instanceof GraphQLError)) return unexpected(log, cause, error)
    // Graphql's own words for a variable or an argument that does not fit its type come without a code.
    return error.extensions.code ? error : withCode(error, error.message, 'BAD_USER_INPUT')
  }

function withCode(at: GraphQLError, message: string, code: string): GraphQLError {
  return new GraphQLError(message, { nodes: at.nodes, path: at.path, extensions: { code } })
}

function unexpected(log: Logger, cause: unknown, at?: GraphQLError): GraphQLError {
  log.error({ err: cause, path: at?.path?.join('.') }, 'A request failed unexpectedly.')
  return new GraphQLError(
    'Something went wrong on our side. It is in the log; try again, or tell whoever runs this service.',
    {
      nodes: at?.nodes,
      path: at?.path,
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    },
  )
}

const UNAVAILABLE = 'SERVICE_UNAVAILABLE'

/** What is said where something that is asked for cannot be done for a while. */
export const unavailable = (cause?: unknown): DomainError =>
  new DomainError('This cannot be done at the moment: try again in a moment.', UNAVAILABLE, { cause })

/** Whether it is worth trying again what these errors refuse. */
export const isPassing = (errors: unknown): boolean =>
  Array.isArray(errors) &&
  errors.some((error) => error instanceof GraphQLError && error.extensions.code === UNAVAILABLE)

/** Whether a masked error stands for a bug or a fault of the service. */
export const isOurFault = (error: Error): boolean =>
  error instanceof GraphQLError && error.extensions.code === 'INTERNAL_SERVER_ERROR'
