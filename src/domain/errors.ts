/** An error that the caller can fix: its message is a sentence that says what was wrong and what to do. */
export class UserError extends Error {
  readonly code: string

  constructor(message: string, code = 'BAD_USER_INPUT', options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserError'
    this.code = code
  }
}
