// Computes the price of a connection: its page of rows, filter, search, order, counts and facets.
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'
import { type Amount, argumentValue, fromArgument, map, sum, times, type Variables } from './amount.ts'
import { mostExpensiveCondition, priceOfConditions } from './conditions.ts'
import { sizeOf } from './page-size.ts'
import { keyOf, type Part, part } from './part.ts'
import {
  LIST,
  LOG_CONTENT_FILTER,
  LOG_FILTER,
  nestedList,
  RECORD,
  rootList,
  type Scan,
  SEARCH,
  searchBox,
} from './weights.ts'

/** A selected field of a type, after fragments are expanded. */
export interface SelectedField {
  node: FieldNode
  type: GraphQLNamedType
  /** 1, or 0 if a directive removes the field. */
  when: Amount
}

/** Computes the prices of selection sets. Implemented by `PriceCompiler`. */
interface SelectionPricer {
  parts(set: SelectionSetNode, type: GraphQLNamedType): Part[]
  selected(set: SelectionSetNode, type: GraphQLNamedType): SelectedField[]
}

interface ConnectionField {
  node: FieldNode & { selectionSet: SelectionSetNode }
  field: GraphQLField<unknown, unknown>
  /** The response key. */
  key: string
  /** Whether it is a field of Query. */
  isRoot: boolean
  /** The price of the field itself, for each evaluation of its rows. */
  own: number
}

/** The fields of a connection that require its page. */
const paging = new Set(['edges', 'nodes', 'pageInfo'])

/** Returns the price of a connection field, with one part for its page and one for each argument, count and facet. */
export function priceOfConnection(
  selections: SelectionPricer,
  { node, field, key, isRoot, own }: ConnectionField,
): Part {
  const type = getNamedType(field.type) as GraphQLObjectType
  const argument = (name: string) => field.args.find((each) => each.name === name)
  // A searchable list reads a whole table, also when it is nested.
  const weights = isRoot || argument('search') ? rootList : nestedList
  const isLog = type.name === 'ChangeConnection'
  const selected = selections.selected(node.selectionSet, type)
  const named = (name: string) => selected.filter((each) => each.node.name.value === name)
  const pages = selected.filter((each) => paging.has(each.node.name.value))
  const isRead = map(countOf(pages), (count) => Math.min(count, 1))
  const totals = named('totalCount')
  const facets = named('facets')
  // The page, each count and each list of facets evaluate the filter and the search again.
  const evaluations = sum([isRead, countOf(totals), countOf(facets)])

  const where = argument('where')?.type
  const conditions = priceOfConditions(node, where)
  const filter = map(conditions, (points) => {
    if (points === 0) return 0
    return isLog && isRoot ? LOG_FILTER : weights.filtered + weights.conditions * points
  })
  const contentFilter =
    isLog && isRoot ? fromArgument(node, 'where', (value) => (readsContent(value) ? LOG_CONTENT_FILTER : 0)) : 0
  const isBox = type.name === 'SearchConnection'
  const search = isBox
    ? fromArgument(node, 'kinds', priceOfKinds)
    : fromArgument(node, 'search', (text) => (text == null ? 0 : SEARCH))
  const order = fromArgument(node, 'orderBy', (keys) => (isIndexed(keys, isRoot) ? 0 : weights.sort))
  const size = sizeOf(node, field, isBox ? searchBox.page : weights.page)
  const read = sum([LIST, times(size, RECORD)])
  const scan = ({ filtered, unfiltered }: Scan) =>
    map(sum([filter, search]), (points) => (points > 0 || !isRoot ? filtered : unfiltered))
  const [count, facet] = [scan(weights.count), scan(weights.facet)]

  const detail = (variables: Variables) =>
    where ? mostExpensiveCondition(argumentValue(node, 'where', variables), where) : ''
  return part(key, {
    own: times(evaluations, own),
    parts: [
      part('', { own: times(isRead, read), factor: size, parts: pages.map((each) => rowsOf(selections, each)) }),
      part('(where)', { own: times(evaluations, sum([filter, contentFilter])), advice: 'conditions', detail }),
      part(isBox ? '(kinds)' : '(search)', { own: times(evaluations, search), advice: 'separate' }),
      part('(orderBy)', { own: times(isRead, order), advice: 'separate' }),
      ...totals.map(({ node, when }) => part(keyOf(node), { own: times(when, count), advice: 'separate' })),
      ...facets.map(({ node, when }) => {
        const values = fromArgument(node, 'by', (by) => (Array.isArray(by) ? new Set(by).size : 1))
        return part(keyOf(node), { own: times(when, times(values, facet)), advice: 'separate' })
      }),
    ],
  })
}

/** Returns the price of a search in the records of these kinds; null stands for all kinds. */
function priceOfKinds(kinds: unknown): number {
  const read = searchBox.groups.filter(
    (group) => kinds == null || [kinds].flat().some((kind) => group.kinds.includes(kind as string)),
  )
  return read.reduce((total, { points }) => total + points, 0)
}

/** Returns whether a filter of the change log needs other tables, or the content of changes. */
const readsContent = (where: unknown): boolean =>
  typeof where === 'object' && where !== null && ['concerns', 'countries', 'fields'].some((name) => name in where)

const countOf = (selected: readonly SelectedField[]): Amount => sum(selected.map(({ when }) => when))

/** Returns the price of one row's selection below `edges`, `nodes` or `pageInfo`. */
function rowsOf(selections: SelectionPricer, { node, type, when }: SelectedField): Part {
  const rowField = isObjectType(type) ? type.getFields()[node.name.value] : undefined
  const selectsRows = node.name.value !== 'pageInfo' && rowField && node.selectionSet
  const parts = selectsRows ? selections.parts(node.selectionSet, getNamedType(rowField.type)) : []
  return part(keyOf(node), { factor: when, parts })
}

/**
 * Whether an index returns rows in this order. Each sort of a root list by one field has an index; a nested list has one only for
 * the date.
 */
function isIndexed(keys: unknown, isRoot: boolean): boolean {
  const [first, second] = Array.isArray(keys) ? keys : [keys]
  if (first == null) return true
  return second == null && (isRoot || (first as { field?: unknown }).field === 'DATE')
}
