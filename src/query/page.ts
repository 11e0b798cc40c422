import { UserError } from '../domain/errors.ts'
import { isUuid } from '../domain/id.ts'
import { damagedCursor } from '../domain/seal.ts'
import { all, along, type Comparison, type Condition, everything } from './condition.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { Order, Sort } from './list-schema.ts'
import { SEARCH_HIT, type SearchHit } from './search.ts'

/** The most rows that one page can hold. */
const MOST_ROWS = 100

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
  tie: string
}

export interface SortKey extends Sort {
  /** Whether the rows are to be read from the greatest on. */
  down: boolean
}

/** Which rows to read for one page: how many, in which order, past which. */
export interface Page {
  list: string
  order: string
  size: number
  /** Whether the rows come from the end of the list, last first. */
  backward: boolean
  keys: readonly SortKey[]
  /** Leaves out what the cursors do. */
  bound: Condition
  /** Whether a cursor was given where the reading starts, so that rows may precede. */
  resumed: boolean
}

const bestFirst: readonly Order[] = [{ field: 'RELEVANCE', direction: 'DESC' }]

export function planPage(listing: ListDefinition, args: PageArgs): Page {
  const { size, backward } = sizeOf(listing, args)
  const isSearched = args.search != null
  const orders = args.orderBy?.length ? args.orderBy : isSearched ? bestFirst : listing.defaultOrder
  const order = orders.map(({ field, direction }) => `${field}:${direction}`).join(',')
  const keys = orders.map(({ field, direction }): SortKey => {
    const sort = listing.orderBy[field]
    if (!sort) throw new Error(`The list ${listing.name} cannot be sorted by ${field}: choose another field.`)
    if (sort.type === 'score' && !isSearched)
      throw new UserError(`${field} requires a search: pass search, or sort by another field.`)
    return { ...sort, down: (direction === 'DESC') !== backward }
  })
  keys.push({ path: [], column: listing.tie, type: 'id', down: (orders[0]?.direction === 'DESC') !== backward })
  const past = (cursor: string | null | undefined, flip: boolean) =>
    cursor == null ? everything : follows(keys, readValues(listing.name, order, keys, cursor), flip)
  const bound = all(past(args.after, backward), past(args.before, !backward))
  const resumed = (backward ? args.before : args.after) != null
  return { list: listing.name, order, size, backward, keys, bound, resumed }
}

/** How many rows are asked for, and whether from the end; refuses what no page can hold. */
export function sizeOf(
  listing: Pick<ListDefinition, 'defaultSize'>,
  { first, last }: PageArgs,
): { size: number; backward: boolean } {
  if (first != null && last != null) throw new UserError('first and last were both passed: pass only one of them.')
  const [name, size] = last != null ? ['last', last] : ['first', first ?? listing.defaultSize]
  if (size < 1 || size > MOST_ROWS)
    throw new UserError(`${name} must be from 1 to ${MOST_ROWS}, but is ${size}: pass a number in this range.`)
  return { size, backward: last != null }
}

/** Rows past the given values. The bound on the first key alone lets an index range do the work. */
function follows(keys: readonly SortKey[], values: readonly unknown[], flip: boolean): Condition {
  const compare = (index: number, op: '=' | 'past' | 'from'): Condition => {
    const key = keys[index] as SortKey
    const beyond: Comparison = key.down !== flip ? '<' : '>'
    return along(key.path, {
      column: key.column,
      op: op === '=' ? '=' : op === 'past' ? beyond : `${beyond}=`,
      value: values[index],
    })
  }
  const steps = keys.map((_, index) =>
    all(...keys.slice(0, index).map((_, i) => compare(i, '=')), compare(index, 'past')),
  )
  return all(compare(0, 'from'), { any: steps })
}

function readValues(list: string, order: string, keys: readonly SortKey[], cursor: string): unknown[] {
  const values = readCursor(cursor, list, order, keys.length)
  if (!isUuid(values.at(-1) ?? '')) throw damagedCursor()
  return values.map((text, i) => {
    const { type = 'text' } = keys[i] ?? {}
    if (type === 'text' || type === 'id') return text
    if (type === 'score') return readScore(text)
    const value = new Date(text)
    if (Number.isNaN(value.getTime()) || writeMoment(value, type) !== text) throw damagedCursor()
    return value
  })
}

function readScore(text: string): number {
  if (!/^[01](\.\d{1,4})?$/.test(text)) throw damagedCursor()
  return Number(text)
}

export type LoadedRow = Record<string, unknown>

/** What Relay calls a connection, over rows whose nodes are made elsewhere. */
export interface Connection {
  edges: { cursor: string; node: unknown; score: number | null }[]
  nodes: unknown[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

/** The page made of the rows read; they are one more than its size when there are more. */
export function toConnection(rows: readonly LoadedRow[], page: Page, node: (row: LoadedRow) => unknown): Connection {
  const more = rows.length > page.size
  const shown = rows.slice(0, page.size)
  if (page.backward) shown.reverse()
  const edges = shown.map((row) => ({
    cursor: cursorOf(row, page),
    node: node(row),
    score: (row[SEARCH_HIT] as SearchHit | undefined)?.score ?? null,
  }))
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: page.backward ? page.resumed : more,
      hasPreviousPage: page.backward ? more : page.resumed,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const cursorOf = (row: LoadedRow, { list, order, keys }: Page) =>
  writeCursor({ list, order, values: keys.map((key) => sortValue(row, key)) })

function sortValue(row: LoadedRow, key: SortKey): string {
  const at = key.path.reduce<LoadedRow>((holder, relation) => holder[relation] as LoadedRow, row)[key.column]
  return at instanceof Date ? writeMoment(at, key.type) : String(at)
}

const writeMoment = (moment: Date, type: Sort['type']) => moment.toISOString().slice(0, type === 'day' ? 10 : undefined)

/** Keys by their columns' names, such as "name", or "actor.name" for a column of what a to-one relation leads to. */
export const ascending = (...names: string[]): SortKey[] => names.map((name) => keyOf(name, false))

export const descending = (...names: string[]): SortKey[] => names.map((name) => keyOf(name, true))

function keyOf(name: string, down: boolean): SortKey {
  const path = name.split('.')
  return { column: path.pop() ?? '', path, type: 'text', down }
}

/** The keys as Prisma's `orderBy`. */
export const prismaOrder = (keys: readonly SortKey[]): object[] =>
  keys.map(({ path, column, down }) =>
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
