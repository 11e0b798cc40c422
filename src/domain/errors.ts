/** What the caller can put right: its message is a sentence that says what was wrong and what to do. */
export class DomainError extends Error {
  readonly code: string

  constructor(message: string, code = 'BAD_USER_INPUT', options?: ErrorOptions) {
    super(message, options)
    this.name = 'DomainError'
    this.code = code
  }
}
