import type { TypePolicies } from '@apollo/client'

/**
 * The type policies for `InMemoryCache` of Apollo Client 4. Pass them with `possibleTypes`.
 *
 * Objects without an id, such as `FuzzyDate`, are stored inside the record that leads to them. Two queries that select different fields
 * of the same object share it, unless a field that both select shows that the object has changed.
 *
 * Connections with different arguments are stored apart, except for `after` and `before`. A read without a cursor returns the first page
 * and all pages that `fetchMore` has read after or before it. A read with a cursor returns the page at this cursor. Pass the same `first`
 * or `last` to `fetchMore` as to the query.
 *
 * `node(id:)`, and fields such as `event(by: { id: … })`, return records that are in the cache without a request.
 */
export const typePolicies: TypePolicies
