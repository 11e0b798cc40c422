/** The names of the object types of each interface and union, as `InMemoryCache` of Apollo Client takes them. */
export const possibleTypes: Record<string, string[]>
