import type { FieldNode } from 'graphql'

/** A part of a document cannot be compiled to SQL: the document stays on the Prisma path. */
export class NotCompilable extends Error {
  /** What it is, such as "Query.__schema". */
  readonly part: string

  constructor(part: string) {
    super(`There is no SQL for ${part}.`)
    this.name = 'NotCompilable'
    this.part = part
  }
}

/** What is wrong with the arguments of a field, or of one below it. */
export class InvalidArguments extends Error {
  override readonly cause: unknown
  /** The field of the root, as the answer names it, and where the document asks for it. */
  readonly key: string
  readonly nodes: readonly FieldNode[]

  constructor(cause: unknown, key: string, nodes: readonly FieldNode[]) {
    super(`The arguments of ${key} are not valid.`)
    this.name = 'Mistake'
    this.cause = cause
    this.key = key
    this.nodes = nodes
  }
}
