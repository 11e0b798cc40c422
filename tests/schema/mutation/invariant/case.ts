/** What breaks a rule that the database holds: the mutation, its input, and where and how it is told. */
export type Case = [what: string, mutation: string, input: () => Promise<object>, path: string, message: RegExp]
