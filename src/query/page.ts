import { UserError } from '../domain/errors.ts'
import { isUuid } from '../domain/id.ts'
import { damagedCursor } from '../domain/seal.ts'
import { all, alwaysTrue, type ComparisonOperator, type Condition, onRelated } from './condition.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { Order, Sort } from './list-schema.ts'
import { SEARCH_HIT_RELATION, type SearchHit } from './search.ts'

/** The maximum number of rows of a page. */
const MAX_PAGE_SIZE = 100

/** The arguments of a connection. */
export interface PageArgs {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
  orderBy?: readonly Order[] | null
  /** The search text. With a search, the default order is by relevance. */
  search?: string | null
}

/** The definition of a list: the same for all its pages. */
export interface ListDefinition {
  /** The name of the list in cursors, such as "Actor.events". */
  name: string
  orderBy: Record<string, Sort>
  /** The order without an `orderBy` argument. */
  defaultOrder: readonly Order[]
  /** The page size without a `first` or `last` argument. */
  defaultSize: number
  /** The unique column that orders rows with equal sort values. */
  tieBreaker: string
}

/** A sort field with the direction in which rows are read. */
export interface SortKey extends Sort {
  /** Whether the row with the greatest value is read first. When paging backward, the reverse of the requested direction. */
  isDescending: boolean
}

/** The plan of one page: the number of rows to read, their order, and their bound. */
export interface Page {
  /** The name of the list in cursors. */
  list: string
  /** The order in cursors, such as "DATE:DESC". */
  order: string
  size: number
  /** Whether the rows are read from the end of the list, the last row first. */
  isBackward: boolean
  keys: readonly SortKey[]
  /** Excludes the rows that the cursors `after` and `before` exclude. */
  cursorBound: Condition
  /** The SQL function that returns the cursor of a row from its only sort value. Default: the cursor has the list, the order and the sort values. */
  cursorFunction?: string
  /** Whether reading starts at a cursor, so that rows may precede the page. */
  startsAtCursor: boolean
}

const relevanceOrder: readonly Order[] = [{ field: 'RELEVANCE', direction: 'DESC' }]

/** Returns the plan of a page. Throws a UserError if an argument is not valid. */
export function planPage(list: ListDefinition, args: PageArgs): Page {
  const { size, isBackward } = pageSizeOf(list, args)
  const isSearched = args.search != null
  const orders = args.orderBy?.length ? args.orderBy : isSearched ? relevanceOrder : list.defaultOrder
  const order = orders.map(({ field, direction }) => `${field}:${direction}`).join(',')
  const keys = orders.map(({ field, direction }): SortKey => {
    const sort = list.orderBy[field]
    if (!sort) throw new Error(`The list ${list.name} cannot be sorted by ${field}: choose another field.`)
    if (sort.type === 'score' && !isSearched)
      throw new UserError(`${field} requires a search: pass search, or sort by another field.`)
    return { ...sort, isDescending: (direction === 'DESC') !== isBackward }
  })
  keys.push({
    path: [],
    column: list.tieBreaker,
    type: 'id',
    isDescending: (orders[0]?.direction === 'DESC') !== isBackward,
  })
  const boundOf = (cursor: string | null | undefined, isReversed: boolean) =>
    cursor == null ? alwaysTrue : afterValues(keys, readValues(list.name, order, keys, cursor), isReversed)
  const cursorBound = all(boundOf(args.after, isBackward), boundOf(args.before, !isBackward))
  const startsAtCursor = (isBackward ? args.before : args.after) != null
  return { list: list.name, order, size, isBackward, keys, cursorBound, startsAtCursor }
}

/** Returns the page size, and whether it counts from the end of the list. Throws a UserError unless the size is 1 to 100. */
export function pageSizeOf(
  list: Pick<ListDefinition, 'defaultSize'>,
  { first, last }: PageArgs,
): { size: number; isBackward: boolean } {
  if (first != null && last != null) throw new UserError('first and last were both passed: pass only one of them.')
  const [name, size] = last != null ? ['last', last] : ['first', first ?? list.defaultSize]
  return { size: requirePageSize(name, size), isBackward: last != null }
}

/** Returns the number of records that an argument requests. Throws a UserError unless it is 1 to 100. */
export function requirePageSize(argument: string, size: number): number {
  if (size < 1 || size > MAX_PAGE_SIZE)
    throw new UserError(`${argument} must be from 1 to ${MAX_PAGE_SIZE}, but is ${size}: pass a number in this range.`)
  return size
}

/**
 * Returns the condition that a row comes after the given sort values. The separate condition on the first key lets PostgreSQL use
 * an index range.
 */
function afterValues(keys: readonly SortKey[], values: readonly unknown[], isReversed: boolean): Condition {
  const compare = (index: number, relation: 'equal' | 'after' | 'afterOrEqual'): Condition => {
    const key = keys[index] as SortKey
    const after: ComparisonOperator = key.isDescending !== isReversed ? '<' : '>'
    return onRelated(key.path, {
      column: key.column,
      operator: relation === 'equal' ? '=' : relation === 'after' ? after : `${after}=`,
      value: values[index],
    })
  }
  const alternatives = keys.map((_, index) =>
    all(...keys.slice(0, index).map((_, i) => compare(i, 'equal')), compare(index, 'after')),
  )
  return all(compare(0, 'afterOrEqual'), { any: alternatives })
}

/** Returns the sort values in a cursor. Throws a UserError if the cursor is damaged or belongs to another list or order. */
function readValues(list: string, order: string, keys: readonly SortKey[], cursor: string): unknown[] {
  const values = readCursor(cursor, list, order, keys.length)
  if (!isUuid(values.at(-1) ?? '')) throw damagedCursor()
  return values.map((text, i) => {
    const { type = 'text' } = keys[i] ?? {}
    if (type === 'text' || type === 'id') return text
    if (type === 'score') return readScore(text)
    const value = new Date(text)
    if (Number.isNaN(value.getTime()) || writeTime(value, type) !== text) throw damagedCursor()
    return value
  })
}

function readScore(text: string): number {
  if (!/^[01](\.\d{1,4})?$/.test(text)) throw damagedCursor()
  return Number(text)
}

/** A row as Prisma loads it: columns, and loaded relations. */
export type LoadedRow = Record<string, unknown>

/** A Relay connection over loaded rows. */
export interface LoadedConnection {
  edges: { cursor: string; node: unknown; score: number | null }[]
  nodes: unknown[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

/** Returns the connection of a page. `rows` has one row more than the page size if more rows follow. `node` returns a row's node. */
export function toConnection(
  rows: readonly LoadedRow[],
  page: Page,
  node: (row: LoadedRow) => unknown,
): LoadedConnection {
  const hasMore = rows.length > page.size
  const pageRows = rows.slice(0, page.size)
  if (page.isBackward) pageRows.reverse()
  const edges = pageRows.map((row) => ({
    cursor: cursorOf(row, page),
    node: node(row),
    score: (row[SEARCH_HIT_RELATION] as SearchHit | undefined)?.score ?? null,
  }))
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: page.isBackward ? page.startsAtCursor : hasMore,
      hasPreviousPage: page.isBackward ? hasMore : page.startsAtCursor,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const cursorOf = (row: LoadedRow, { list, order, keys }: Page) =>
  writeCursor({ list, order, values: keys.map((key) => sortValue(row, key)) })

/** Returns the value of a sort key in a cursor. */
function sortValue(row: LoadedRow, key: SortKey): string {
  const value = key.path.reduce<LoadedRow>((record, relation) => record[relation] as LoadedRow, row)[key.column]
  return value instanceof Date ? writeTime(value, key.type) : String(value)
}

const writeTime = (time: Date, type: Sort['type']) => time.toISOString().slice(0, type === 'day' ? 10 : undefined)

/** Returns ascending sort keys by column names, such as "name", or "actor.name" for a column of a related record. */
export const ascending = (...names: string[]): SortKey[] => names.map((name) => sortKeyOf(name, false))

/** Returns descending sort keys by column names. */
export const descending = (...names: string[]): SortKey[] => names.map((name) => sortKeyOf(name, true))

function sortKeyOf(name: string, isDescending: boolean): SortKey {
  const path = name.split('.')
  return { column: path.pop() ?? '', path, type: 'text', isDescending }
}

/** Returns sort keys as Prisma's `orderBy`. */
export const prismaOrder = (keys: readonly SortKey[]): object[] =>
  keys.map(({ path, column, isDescending }) =>
    path.reduceRight<object>((order, relation) => ({ [relation]: order }), { [column]: isDescending ? 'desc' : 'asc' }),
  )

/** Returns the columns of sort keys as Prisma's `select`. Omits the score, which is not a column. */
export function prismaKeys(keys: readonly SortKey[]): Record<string, unknown> {
  const select: Record<string, unknown> = {}
  for (const { path, column, type } of keys) {
    if (type === 'score') continue
    let columns = select
    for (const relation of path) {
      const inner = (columns[relation] as { select: Record<string, unknown> } | undefined) ?? { select: {} }
      columns[relation] = inner
      columns = inner.select
    }
    columns[column] = true
  }
  return select
}
