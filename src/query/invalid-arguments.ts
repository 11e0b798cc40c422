import type { FieldNode } from 'graphql'

/** The arguments of a field of Query, or of a field below it, are not valid. `cause` says why. */
export class InvalidArguments extends Error {
  override readonly cause: unknown
  /** The response key of the field of Query. */
  readonly key: string
  /** The nodes of the document that select this field. */
  readonly nodes: readonly FieldNode[]

  constructor(cause: unknown, key: string, nodes: readonly FieldNode[]) {
    super(`The arguments of ${key} are not valid.`)
    this.name = 'InvalidArguments'
    this.cause = cause
    this.key = key
    this.nodes = nodes
  }
}
