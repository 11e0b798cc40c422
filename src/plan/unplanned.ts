/** Part of a document has no SQL: the document stays on the Prisma path. */
export class Unplanned extends Error {
  /** What it is, such as "Query.__schema". */
  readonly part: string

  constructor(part: string) {
    super(`There is no SQL for ${part}.`)
    this.name = 'Unplanned'
    this.part = part
  }
}
