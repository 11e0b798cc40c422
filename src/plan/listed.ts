// The rows of a list as statements of their own, for what Prisma cannot express, such as a search.
import { reads } from '../db/client.ts'
import { Numbered } from './numbered.ts'
import type { Page } from './page.ts'
import type { Predicate } from './predicate.ts'
import { Rows } from './rows.ts'
import type { Found, Search } from './search.ts'
import { columnOf, toSql } from './sql.ts'

/** The rows of a list on all its pages. */
export interface Listed {
  model: string
  /** The relation from a row to what is listed. */
  through?: string
  search?: Search
  where: Predicate
}

/** What a statement about the rows is made of. */
export function whole(
  { model, through, search, where }: Listed,
  names = new Numbered(),
): { names: Numbered; rows: Rows; where: string } {
  const rows = new Rows(names, { model, at: names.alias() }, through, search)
  return { names, rows, where: toSql(where, rows.place, names) }
}

/** What a search finds for one page, in the order of reading, and one more where there are more. */
export function findPage(list: Listed, { keys, bound, size }: Page): Promise<Found[]> {
  const { names, rows, where } = whole(list)
  const ordered = rows.orderedBy(keys)
  const past = toSql(bound, rows.place, names)
  return reads.$queryRawUnsafe<Found[]>(
    `select ${columnOf(rows.node, 'id')} as id, ${rows.score} as score ${rows.from} where ${where} and ${past}
     ${ordered} limit ${size + 1}`,
    ...names.values,
  )
}

/** How many a search finds on all pages. */
export async function countFound(list: Listed): Promise<number> {
  const { names, rows, where } = whole(list)
  const text = `select count(*)::int as total ${rows.from} where ${where}`
  const [{ total } = { total: 0 }] = await reads.$queryRawUnsafe<{ total: number }[]>(text, ...names.values)
  return total
}
