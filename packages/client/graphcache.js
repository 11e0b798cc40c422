// @ts-check
// The options of Graphcache, the normalized cache of urql: keys, resolvers, and the schema.
import { connectionFields, embeddedTypes, possibleTypes, recordsByKey } from './generated/types.js'

export { schema } from './generated/introspection.js'

/**
 * @typedef {import('@urql/exchange-graphcache').Cache} Cache
 * @typedef {import('@urql/exchange-graphcache').Resolver} Resolver
 * @typedef {Record<string, unknown>} Arguments
 */

/** @type {typeof import('./graphcache.d.ts').keys} */
export const keys = Object.fromEntries(embeddedTypes.map((type) => [type, () => null]))

/**
 * Returns arguments as keys of fields have them: null if there are none.
 * @param {Arguments} args
 * @returns {any}
 */
const given = (args) => (Object.keys(args).length > 0 ? args : null)

/** @param {Arguments} args */
const withoutCursors = ({ after: _, before: __, ...others }) => others

/**
 * Returns the links to the pages of a list from the first one to the one with these arguments; undefined if one of them is missing.
 * @param {Cache} cache
 * @param {string} parentKey
 * @param {string} fieldName
 * @param {Arguments} args
 * @returns {string[] | undefined}
 */
function pagesUpTo(cache, parentKey, fieldName, args) {
  /** @param {Arguments} each */
  const link = (each) => /** @type {string | undefined} */ (cache.resolve(parentKey, fieldName, given(each)))
  /** @param {string} page @param {string} name */
  const cursor = (page, name) => cache.resolve(/** @type {any} */ (cache.resolve(page, 'pageInfo') ?? null), name)
  const list = cache.keyOfField(fieldName, given(withoutCursors(args)))
  const others = cache
    .inspectFields(parentKey)
    .filter((field) => field.fieldName === fieldName)
    .map((field) => /** @type {Arguments} */ (field.arguments ?? {}))
    .filter((each) => cache.keyOfField(fieldName, given(withoutCursors(each))) === list)
  const last = link(args)
  if (!last) return undefined
  const pages = [last]
  for (let current = args; current.after || current.before; ) {
    const [name, end] = current.after ? ['endCursor', current.after] : ['startCursor', current.before]
    const previous = others.find((each) => {
      const page = link(each)
      return page && !pages.includes(page) && cursor(page, String(name)) === end
    })
    if (!previous) return undefined
    const page = /** @type {string} */ (link(previous))
    if (current.after) pages.unshift(page)
    else pages.push(page)
    current = previous
  }
  return pages
}

/**
 * Returns the page that was requested, and before it all pages of the same list from the first one.
 * @type {Resolver}
 */
const connection = (_parent, args, cache, { parentKey, fieldName }) => {
  const own = /** @type {any} */ (cache.resolve(parentKey, fieldName, given(args)))
  if (!own || !(args.after || args.before)) return own
  const pages = pagesUpTo(cache, parentKey, fieldName, args)
  if (!pages || pages.length < 2) return own
  /** @param {string} name */
  const listOf = (name) => {
    const lists = pages.map((page) => cache.resolve(page, name))
    return lists.every(Array.isArray) ? { [name]: lists.flat() } : {}
  }
  /** @param {string | undefined} page @param {string} name */
  const infoOf = (page, name) => {
    const info = /** @type {any} */ (page && cache.resolve(page, 'pageInfo'))
    const value = info ? cache.resolve(info, name) : undefined
    return value === undefined ? {} : { [name]: value }
  }
  const [first, last] = [pages[0], pages.at(-1)]
  return {
    __typename: cache.resolve(own, '__typename'),
    ...listOf('edges'),
    ...listOf('nodes'),
    pageInfo: {
      __typename: 'PageInfo',
      ...infoOf(first, 'startCursor'),
      ...infoOf(first, 'hasPreviousPage'),
      ...infoOf(last, 'endCursor'),
      ...infoOf(last, 'hasNextPage'),
    },
  }
}

/**
 * Returns a record that another field has read, if it is in the cache.
 * @param {readonly string[]} types
 * @param {(args: any) => unknown} idIn
 * @returns {Resolver}
 */
const byId =
  (types, idIn) =>
  (_parent, args, cache, { parentKey, fieldName }) => {
    const own = cache.resolve(parentKey, fieldName, args)
    const id = idIn(args)
    if (own !== undefined || typeof id !== 'string') return /** @type {any} */ (own)
    const __typename = types.find((type) => cache.resolve({ __typename: type, id }, 'id') !== undefined)
    return __typename ? { __typename, id } : undefined
  }

const connections = Object.fromEntries(
  Object.entries(connectionFields).map(([type, fields]) => [
    type,
    Object.fromEntries(fields.map((field) => [field, connection])),
  ]),
)
const records = Object.fromEntries(
  Object.entries(recordsByKey).map(([field, types]) => [field, byId(types, (args) => args.by?.id)]),
)

/** @type {typeof import('./graphcache.d.ts').resolvers} */
export const resolvers = {
  ...connections,
  Query: { ...connections.Query, ...records, node: byId(possibleTypes.Node, (args) => args.id) },
}
