// Errors are of three kinds:
// - UserError: the caller can fix it. Its message and code are sent. A MutationError is one that mutations return as data.
// - ServiceError: the service cannot answer, for example while the database is down. Its code, status and message are sent.
// - Any other error is unexpected. It is logged, and masked: server/graphql/service-error.ts replaces it with a ServiceError.
// A message is a sentence that says what is wrong and, after a colon, what to do.

/** An error that the caller can fix. */
export class UserError extends Error {
  readonly code: string

  constructor(message: string, code = 'BAD_USER_INPUT', options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserError'
    this.code = code
  }
}

/** The parts of a service error that are sent to the caller. */
export interface ServiceErrorKind {
  readonly code: string
  readonly message: string
  /** The HTTP status; undefined for errors beside partial data. */
  readonly status?: number
  /** Seconds after which the request may succeed. */
  readonly retryAfter?: number
}

/** An error of the service that the caller cannot fix. Its cause is logged and never sent. */
export class ServiceError extends Error implements ServiceErrorKind {
  readonly code: string
  readonly status?: number
  readonly retryAfter?: number

  constructor({ code, message, status, retryAfter }: ServiceErrorKind, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ServiceError'
    this.code = code
    if (status !== undefined) this.status = status
    if (retryAfter !== undefined) this.retryAfter = retryAfter
  }
}
