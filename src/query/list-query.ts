// Queries about a list as separate statements. The resolvers use them for searches, which Prisma cannot express.
import { reads } from '../db/client.ts'
import type { Condition } from './condition.ts'
import { toSql } from './condition-sql.ts'
import { JoinedRows } from './joined-rows.ts'
import { NumberedNames } from './numbered-names.ts'
import type { Page } from './page.ts'
import type { Search, SearchHit } from './search.ts'
import { columnOf } from './table-ref.ts'

/** The rows of a list on all pages. */
export interface ListQuery {
  model: string
  /** The to-one relation from a join row to the listed record. */
  join?: string
  search?: Search
  where: Condition
}

/** Returns the rows and the condition of a statement about all pages of a list, and the statement's names. */
export function compileListQuery(
  { model, join, search, where }: ListQuery,
  names = new NumberedNames(),
): { names: NumberedNames; rows: JoinedRows; where: string } {
  const rows = new JoinedRows(names, { model, alias: names.alias() }, join, search)
  return { names, rows, where: toSql(where, rows.ref, names) }
}

/** Returns the search hits of one page, in the order of reading, and one more if more pages follow. */
export function readSearchPage(list: ListQuery, { keys, cursorBound, size }: Page): Promise<SearchHit[]> {
  const { names, rows, where } = compileListQuery(list)
  const orderBy = rows.orderByClause(keys)
  const bound = toSql(cursorBound, rows.ref, names)
  return reads.$queryRawUnsafe<SearchHit[]>(
    `select ${columnOf(rows.nodeRef, 'id')} as id, ${rows.scoreColumn} as score ${rows.fromClause} where ${where} and ${bound}
     ${orderBy} limit ${size + 1}`,
    ...names.values,
  )
}

/** Returns the number of search hits on all pages. */
export async function countSearchHits(list: ListQuery): Promise<number> {
  const { names, rows, where } = compileListQuery(list)
  const text = `select count(*)::int as total ${rows.fromClause} where ${where}`
  const [{ total } = { total: 0 }] = await reads.$queryRawUnsafe<{ total: number }[]>(text, ...names.values)
  return total
}
