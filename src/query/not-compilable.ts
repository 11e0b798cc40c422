/** A part of a document has no SQL. The document is answered by the resolvers. */
export class NotCompilable extends Error {
  /** The part, such as "Query.__schema". */
  readonly part: string

  constructor(part: string) {
    super(`There is no SQL for ${part}.`)
    this.name = 'NotCompilable'
    this.part = part
  }
}
