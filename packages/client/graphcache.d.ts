import type { CacheExchangeOpts, KeyingConfig, ResolverConfig } from '@urql/exchange-graphcache'

/** The keys of all types without an id, such as `FuzzyDate` and pages of lists: null, so that they are stored inside their record. */
export const keys: KeyingConfig

/**
 * Resolvers for lists that grow, and for records by id.
 *
 * A read of a connection with `after` or `before` returns the page at this cursor, and before it all pages of the same list from the first
 * one, if each of them was read with `pageInfo { startCursor endCursor }`. Lists with other arguments are stored apart. Omit the resolvers
 * if each page is displayed by itself.
 *
 * `node(id:)`, and fields such as `event(by: { id: … })`, return records that are in the cache without a request.
 */
export const resolvers: ResolverConfig

/** The introspection of the output types, about 6 KB compressed. With it, Graphcache knows interfaces, unions and nullable fields. */
export const schema: NonNullable<CacheExchangeOpts['schema']>
