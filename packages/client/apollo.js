// @ts-check
// Type policies for InMemoryCache of Apollo Client: which objects have no key, and how pages and embedded objects are merged.
import { connectionFields, embeddedListFields, embeddedTypes, possibleTypes, recordsByKey } from './generated/types.js'

/**
 * @typedef {Record<string, any>} Fields The fields of a stored object, by name and arguments.
 * @typedef {import('@apollo/client').FieldFunctionOptions} Options
 * @typedef {{ pages: Record<string, Fields> }} Connection The pages of a list that were read, by the cursor after or before which.
 */

/**
 * Whether a value is an object that was selected with fields. The object of a scalar JSON is none.
 * @param {any} value
 * @returns {value is Fields}
 */
const isEmbedded = (value) => typeof value?.__typename === 'string'

/**
 * Returns two values of the same field as one, with the fields of both; undefined if they contradict each other.
 * @param {any} existing
 * @param {any} incoming
 * @returns {any}
 */
function combine(existing, incoming) {
  if (existing === incoming) return incoming
  if (Array.isArray(existing) && Array.isArray(incoming)) {
    if (existing.length !== incoming.length) return undefined
    const combined = incoming.map((each, i) => combine(existing[i], each))
    return combined.includes(undefined) ? undefined : combined
  }
  if (isEmbedded(existing) && isEmbedded(incoming)) {
    /** @type {Fields} */
    const combined = { ...existing, ...incoming }
    for (const name of Object.keys(incoming)) {
      if (!(name in existing)) continue
      combined[name] = combine(existing[name], incoming[name])
      if (combined[name] === undefined) return undefined
    }
    return combined
  }
  return JSON.stringify(existing) === JSON.stringify(incoming) ? incoming : undefined
}

/**
 * Merges an object without an id, or a list of them. Keeps the fields that only the existing object has, unless a field that both have
 * shows that the value has changed since.
 * @param {any} existing
 * @param {any} incoming
 */
const merge = (existing, incoming) => combine(existing, incoming) ?? incoming

/**
 * Returns the key of a page in a stored connection.
 * @param {Fields | null} args
 */
const pageKey = (args) => (args?.after || args?.before ? JSON.stringify([args.after, args.before]) : '')
/** @param {string} after */
const keyAfter = (after) => pageKey({ after })
/** @param {string} before */
const keyBefore = (before) => pageKey({ before })

/**
 * Returns the cursor of the first or the last record of a page.
 * @param {Fields} page
 * @param {'startCursor' | 'endCursor'} end
 * @returns {string | undefined}
 */
const cursorOf = (page, end) => page.pageInfo?.[end] ?? page.edges?.at(end === 'startCursor' ? 0 : -1)?.cursor

/**
 * Returns the page that was read without cursors, and the pages that follow or precede it without a gap, in the order of the list.
 * @param {Connection} connection
 */
function pagesFrom({ pages }) {
  const start = pages['']
  if (!start) return []
  const found = new Set([start])
  for (let page = start; page; ) {
    const cursor = cursorOf(page, 'endCursor')
    page = (cursor && pages[keyAfter(cursor)]) || /** @type {any} */ (undefined)
    if (found.has(page)) break
    if (page) found.add(page)
  }
  const list = [...found]
  for (let page = start; page; ) {
    const cursor = cursorOf(page, 'startCursor')
    page = (cursor && pages[keyBefore(cursor)]) || /** @type {any} */ (undefined)
    if (list.includes(page)) break
    if (page) list.unshift(page)
  }
  return list
}

/**
 * Returns several pages as one.
 * @param {Fields[]} pages
 * @returns {Fields}
 */
function join(pages) {
  const [first = {}] = pages
  const last = pages.at(-1) ?? first
  const joined = Object.assign({}, ...pages)
  for (const name of ['edges', 'nodes']) if (joined[name]) joined[name] = pages.flatMap((page) => page[name] ?? [])
  if (first.pageInfo && last.pageInfo) {
    joined.pageInfo = { ...last.pageInfo }
    for (const name of ['startCursor', 'hasPreviousPage'])
      if (name in first.pageInfo) joined.pageInfo[name] = first.pageInfo[name]
  }
  return joined
}

/**
 * The policy of a connection. Lists with other arguments than `after` and `before` are stored apart. A read without a cursor returns the
 * first page and all further pages that were read; a read with a cursor returns the page at the cursor.
 * @type {import('@apollo/client').FieldPolicy<any>}
 */
const connection = {
  keyArgs: (args) =>
    Object.keys(args ?? {})
      .filter((name) => name !== 'after' && name !== 'before')
      .sort(),
  merge(existing, incoming, { args }) {
    const key = pageKey(args)
    const before = existing?.pages[key]
    const page = before ? combine(before, incoming) : incoming
    // If the start of a list has changed, the pages that were read after it may have changed too.
    if (!page && key === '') return { pages: { [key]: incoming } }
    return { pages: { ...existing?.pages, [key]: page ?? incoming } }
  },
  read(existing, { args, canRead }) {
    if (!existing) return undefined
    const key = pageKey(args)
    const page = key ? existing.pages[key] : join(pagesFrom(existing))
    if (!page?.__typename) return undefined
    if (!page.edges) return page
    // Apollo Client itself omits nodes that were evicted.
    const edges = page.edges.filter((/** @type {Fields} */ { node }) => node === undefined || canRead(node))
    return { ...page, edges }
  },
}

/**
 * Finds a record in the cache that was not read by this field.
 * @param {readonly string[]} typenames
 * @param {unknown} id
 * @param {Options} options
 */
function cached(typenames, id, { canRead, toReference }) {
  if (typeof id !== 'string') return undefined
  return typenames.map((__typename) => toReference({ __typename, id })).find(canRead)
}

/** @type {(types: readonly string[], idIn: (args: Fields | null) => unknown) => import('@apollo/client').FieldPolicy} */
const byId = (types, idIn) => ({
  read: (existing, options) => existing ?? cached(types, idIn(options.args), options),
})

/** @type {Record<string, import('@apollo/client').FieldPolicy>} */
const queryFields = {
  node: byId(possibleTypes.Node, (args) => args?.id),
  ...Object.fromEntries(
    Object.entries(recordsByKey).map(([field, types]) => [field, byId(types, (args) => args?.by?.id)]),
  ),
}

/** @type {Record<string, import('@apollo/client').TypePolicy>} */
const policies = {}

/**
 * Adds policies for fields of types.
 * @param {Record<string, string[]>} fields
 * @param {import('@apollo/client').FieldPolicy} policy
 */
function add(fields, policy) {
  for (const [type, names] of Object.entries(fields))
    policies[type] = {
      ...policies[type],
      fields: { ...policies[type]?.fields, ...Object.fromEntries(names.map((name) => [name, policy])) },
    }
}

for (const type of embeddedTypes) policies[type] = { keyFields: false, merge }
add(connectionFields, connection)
add(embeddedListFields, { merge })
policies.Query = { ...policies.Query, fields: { ...policies.Query?.fields, ...queryFields } }

/** @type {typeof import('./apollo.d.ts').typePolicies} */
export const typePolicies = policies
