import { UserError } from '../domain/errors.ts'
import { isUuid } from '../domain/id.ts'
import { damagedCursor } from '../domain/seal.ts'
import { all, alwaysTrue, type ComparisonOperator, type Condition, onRelated } from './condition.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { Order, Sort } from './list-schema.ts'
import { SEARCH_HIT_RELATION, type SearchHit } from './search.ts'

/** The most rows that one page can hold. */
const MAX_PAGE_SIZE = 100

export interface PageArgs {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
  orderBy?: readonly Order[] | null
  /** The search text: then the order is by relevance, when none is asked for. */
  search?: string | null
}

/** What a list is, whatever page of it is asked for. */
export interface ListDefinition {
  /** Its name in cursors, such as "Actor.events". */
  name: string
  orderBy: Record<string, Sort>
  /** The order when none is asked for. */
  defaultOrder: readonly Order[]
  /** The size of a page when none is asked for. */
  defaultSize: number
  /** The column that tells rows apart whose sort values tie. */
  tieBreaker: string
}

export interface SortKey extends Sort {
  /** Whether the rows are to be read from the greatest on. */
  isDescending: boolean
}

/** Which rows to read for one page: how many, in which order, past which. */
export interface Page {
  list: string
  order: string
  size: number
  /** Whether the rows come from the end of the list, last first. */
  isBackward: boolean
  keys: readonly SortKey[]
  /** Leaves out what the cursors do. */
  cursorBound: Condition
  /** Whether a cursor was given where the reading starts, so that rows may precede. */
  startsAtCursor: boolean
}

const relevanceOrder: readonly Order[] = [{ field: 'RELEVANCE', direction: 'DESC' }]

export function planPage(listing: ListDefinition, args: PageArgs): Page {
  const { size, isBackward: backward } = pageSizeOf(listing, args)
  const isSearched = args.search != null
  const orders = args.orderBy?.length ? args.orderBy : isSearched ? relevanceOrder : listing.defaultOrder
  const order = orders.map(({ field, direction }) => `${field}:${direction}`).join(',')
  const keys = orders.map(({ field, direction }): SortKey => {
    const sort = listing.orderBy[field]
    if (!sort) throw new Error(`The list ${listing.name} cannot be sorted by ${field}: choose another field.`)
    if (sort.type === 'score' && !isSearched)
      throw new UserError(`${field} requires a search: pass search, or sort by another field.`)
    return { ...sort, isDescending: (direction === 'DESC') !== backward }
  })
  keys.push({
    path: [],
    column: listing.tieBreaker,
    type: 'id',
    isDescending: (orders[0]?.direction === 'DESC') !== backward,
  })
  const boundOf = (cursor: string | null | undefined, isReversed: boolean) =>
    cursor == null ? alwaysTrue : afterValues(keys, readValues(listing.name, order, keys, cursor), isReversed)
  const bound = all(boundOf(args.after, backward), boundOf(args.before, !backward))
  const resumed = (backward ? args.before : args.after) != null
  return { list: listing.name, order, size, isBackward: backward, keys, cursorBound: bound, startsAtCursor: resumed }
}

/** How many rows are asked for, and whether from the end; refuses what no page can hold. */
export function pageSizeOf(
  listing: Pick<ListDefinition, 'defaultSize'>,
  { first, last }: PageArgs,
): { size: number; isBackward: boolean } {
  if (first != null && last != null) throw new UserError('first and last were both passed: pass only one of them.')
  const [name, size] = last != null ? ['last', last] : ['first', first ?? listing.defaultSize]
  if (size < 1 || size > MAX_PAGE_SIZE)
    throw new UserError(`${name} must be from 1 to ${MAX_PAGE_SIZE}, but is ${size}: pass a number in this range.`)
  return { size, isBackward: last != null }
}

/** Rows past the given values. The bound on the first key alone lets an index range do the work. */
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

export type LoadedRow = Record<string, unknown>

/** What Relay calls a connection, over rows whose nodes are made elsewhere. */
export interface LoadedConnection {
  edges: { cursor: string; node: unknown; score: number | null }[]
  nodes: unknown[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

/** The page made of the rows read; they are one more than its size when there are more. */
export function toConnection(
  rows: readonly LoadedRow[],
  page: Page,
  node: (row: LoadedRow) => unknown,
): LoadedConnection {
  const more = rows.length > page.size
  const shown = rows.slice(0, page.size)
  if (page.isBackward) shown.reverse()
  const edges = shown.map((row) => ({
    cursor: cursorOf(row, page),
    node: node(row),
    score: (row[SEARCH_HIT_RELATION] as SearchHit | undefined)?.score ?? null,
  }))
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: page.isBackward ? page.startsAtCursor : more,
      hasPreviousPage: page.isBackward ? more : page.startsAtCursor,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const cursorOf = (row: LoadedRow, { list, order, keys }: Page) =>
  writeCursor({ list, order, values: keys.map((key) => sortValue(row, key)) })

function sortValue(row: LoadedRow, key: SortKey): string {
  const at = key.path.reduce<LoadedRow>((holder, relation) => holder[relation] as LoadedRow, row)[key.column]
  return at instanceof Date ? writeTime(at, key.type) : String(at)
}

const writeTime = (moment: Date, type: Sort['type']) => moment.toISOString().slice(0, type === 'day' ? 10 : undefined)

/** Keys by their columns' names, such as "name", or "actor.name" for a column of what a to-one relation leads to. */
export const ascending = (...names: string[]): SortKey[] => names.map((name) => sortKeyOf(name, false))

export const descending = (...names: string[]): SortKey[] => names.map((name) => sortKeyOf(name, true))

function sortKeyOf(name: string, isDescending: boolean): SortKey {
  const path = name.split('.')
  return { column: path.pop() ?? '', path, type: 'text', isDescending }
}

/** The keys as Prisma's `orderBy`. */
export const prismaOrder = (keys: readonly SortKey[]): object[] =>
  keys.map(({ path, column, isDescending: down }) =>
    path.reduceRight<object>((order, relation) => ({ [relation]: order }), { [column]: down ? 'desc' : 'asc' }),
  )

/** The keys' columns as Prisma's `select`; a score is no column. */
export function prismaKeys(keys: readonly SortKey[]): Record<string, unknown> {
  const select: Record<string, unknown> = {}
  for (const { path, column, type } of keys) {
    if (type === 'score') continue
    let at = select
    for (const relation of path) {
      const inner = (at[relation] as { select: Record<string, unknown> } | undefined) ?? { select: {} }
      at[relation] = inner
      at = inner.select
    }
    at[column] = true
  }
  return select
}
