// The rows of a list as statements of their own, for what Prisma cannot express, such as a search.
import { reads } from '../db/client.ts'
import type { Condition } from './condition.ts'
import { toSql } from './condition-sql.ts'
import { JoinedRows } from './joined-rows.ts'
import { NumberedNames } from './numbered-names.ts'
import type { Page } from './page.ts'
import type { Search, SearchHit } from './search.ts'
import { columnOf } from './table-ref.ts'

/** The rows of a list on all its pages. */
export interface ListQuery {
  model: string
  /** The relation from a row to what is listed. */
  join?: string
  search?: Search
  where: Condition
}

/** The names, rows and condition of a statement about the complete list. */
export function compileListQuery(
  { model, join, search, where }: ListQuery,
  names = new NumberedNames(),
): { names: NumberedNames; rows: JoinedRows; where: string } {
  const rows = new JoinedRows(names, { model, alias: names.alias() }, join, search)
  return { names, rows, where: toSql(where, rows.ref, names) }
}

/** What a search finds for one page, in the order of reading, and one more where there are more. */
export function readSearchPage(list: ListQuery, { keys, cursorBound, size }: Page): Promise<SearchHit[]> {
  const { names, rows, where } = compileListQuery(list)
  const ordered = rows.orderByClause(keys)
  const past = toSql(cursorBound, rows.ref, names)
  return reads.$queryRawUnsafe<SearchHit[]>(
    `select ${columnOf(rows.nodeRef, 'id')} as id, ${rows.scoreColumn} as score ${rows.fromClause} where ${where} and ${past}
     ${ordered} limit ${size + 1}`,
    ...names.values,
  )
}

/** How many a search finds on all pages. */
export async function countSearchHits(list: ListQuery): Promise<number> {
  const { names, rows, where } = compileListQuery(list)
  const text = `select count(*)::int as total ${rows.fromClause} where ${where}`
  const [{ total } = { total: 0 }] = await reads.$queryRawUnsafe<{ total: number }[]>(text, ...names.values)
  return total
}
