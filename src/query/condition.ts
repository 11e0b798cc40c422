import { UserError } from '../domain/errors.ts'

export type Comparison = '=' | '<' | '>' | '<=' | '>='
export type Op = Comparison | 'in' | 'contains' | 'startsWith' | 'null' | 'has' | 'overlaps' | 'empty' | 'ahead'

/** A comparison of a column; `ahead` asks whether a day lies after today. */
export interface Leaf {
  column: string
  op: Op
  value?: unknown
}

/** That a span of days, open where a column is null, reaches to one day or after it and from another one or before it. */
export interface Overlap {
  earliest: string
  latest: string
  from?: Leaf
  to?: Leaf
}

/** That a column equals one of the row from which the list is reached. */
interface Outer {
  column: string
  outer: string
}

/** A condition on one row, between what the API is asked and what a database is asked. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | Leaf
  | { overlap: Overlap }
  | Outer
  | { relation: string; has: 'some' | 'every' | 'none' | 'is'; where: Condition }

/** Holds for every row. */
export const everything: Condition = { all: [] }

/** Holds for no row. */
const nothing: Condition = { any: [] }

/** Holds where each part does; adds no level for a single part. */
export function all(...parts: Condition[]): Condition {
  const flat = parts.flatMap((part) => ('all' in part ? part.all : [part]))
  return flat.length === 1 && flat[0] ? flat[0] : { all: flat }
}

/** The condition, asked of what the relations along the path lead to. */
export const along = (path: readonly string[], where: Condition): Condition =>
  path.reduceRight<Condition>((inner, relation) => ({ relation, has: 'is', where: inner }), where)

/** The condition as Prisma's `where`. */
export const toPrisma = (p: Condition): Record<string, unknown> => print(simplify(p))

function print(p: Condition): Record<string, unknown> {
  if ('all' in p) return p.all.length === 1 && p.all[0] ? print(p.all[0]) : { AND: p.all.map(print) }
  if ('any' in p) return p.any.length ? { OR: p.any.map(print) } : { id: { in: [] } }
  if ('not' in p) return { NOT: print(p.not) }
  if ('relation' in p) return { [p.relation]: { [p.has]: print(p.where) } }
  if ('overlap' in p) return print(simplify(overlapInParts(p.overlap)))
  if ('outer' in p) throw new Error(`The column ${p.outer} of the parent row is not bound.`)
  return { [p.column]: operators[p.op](storable(p.value)) }
}

/** For a database that is not told of ranges. */
function overlapInParts({ earliest, latest, from, to }: Overlap): Condition {
  const orOpen = (leaf: Leaf | undefined, column: string) =>
    leaf ? { any: [leaf, { column, op: 'null' as const }] } : everything
  return all(orOpen(from, latest), orOpen(to, earliest))
}

/** The condition, once the row from which the list is reached is known. */
export function bind(p: Condition, row: Record<string, unknown>): Condition {
  if ('all' in p) return { all: p.all.map((part) => bind(part, row)) }
  if ('any' in p) return { any: p.any.map((part) => bind(part, row)) }
  if ('not' in p) return { not: bind(p.not, row) }
  if ('relation' in p) return { ...p, where: bind(p.where, row) }
  return 'outer' in p ? { column: p.column, op: '=', value: row[p.outer] } : p
}

/** Works out what holds for every row or for none: Prisma takes an empty OR, and the NOT of nothing asked, for no condition. */
export function simplify(p: Condition): Condition {
  if ('all' in p) {
    const parts = p.all.map(simplify).filter((part) => !isEverything(part))
    return parts.some(isNothing) ? nothing : { all: parts }
  }
  if ('any' in p) {
    const parts = p.any.map(simplify).filter((part) => !isNothing(part))
    return parts.some(isEverything) ? everything : { any: parts }
  }
  if ('not' in p) {
    const inner = simplify(p.not)
    return isEverything(inner) ? nothing : isNothing(inner) ? everything : { not: inner }
  }
  return 'relation' in p ? { ...p, where: simplify(p.where) } : p
}

const isEverything = (p: Condition) => 'all' in p && p.all.length === 0
const isNothing = (p: Condition) => 'any' in p && p.any.length === 0

const operators: Record<Op, (value: unknown) => object> = {
  '=': (value) => ({ equals: value }),
  '<': (value) => ({ lt: value }),
  '>': (value) => ({ gt: value }),
  '<=': (value) => ({ lte: value }),
  '>=': (value) => ({ gte: value }),
  in: (value) => ({ in: value }),
  contains: (value) => ({ contains: literal(String(value)), mode: 'insensitive' }),
  startsWith: (value) => ({ startsWith: literal(String(value)), mode: 'insensitive' }),
  null: (value) => (value === false ? { not: null } : { equals: null }),
  has: (value) => ({ has: value }),
  overlaps: (value) => ({ hasSome: value }),
  empty: (value) => ({ isEmpty: value }),
  ahead: () => ({ gt: today() }),
}

/** The day that it is, UTC. */
const today = () => new Date(new Date().toISOString().slice(0, 10))

/** Prisma hands the text of `contains` to LIKE as it is; `%` and `_` have to mean themselves. */
export const literal = (text: string) => text.replace(/[\\%_]/g, '\\$&')

/** PostgreSQL's text holds every character but NUL, and no half of one. */
export function storable(value: unknown): unknown {
  for (const text of Array.isArray(value) ? value : [value]) {
    if (typeof text !== 'string') continue
    if (text.includes('\0'))
      throw new UserError('A text contains the character NUL (U+0000), which cannot be stored: remove it.')
    if (/\p{Surrogate}/u.test(text))
      throw new UserError('A text contains an unpaired surrogate, which is not a valid character: remove it.')
  }
  return value
}
