/** An input that violates a constraint: the mutation, its input, and the path and message of the error. */
export type Case = [what: string, mutation: string, input: () => Promise<object>, path: string, message: RegExp]
