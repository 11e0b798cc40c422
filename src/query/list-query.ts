// Queries about a list as separate statements. The resolvers use them for searches, which Prisma cannot express.
import { reads } from '../db/client.ts'
import type { Condition } from './condition.ts'
import { toSql } from './condition-sql.ts'
import type { JoinedRows } from './joined-rows.ts'
import type { Knowledge } from './knowledge.ts'
import { NumberedNames } from './numbered-names.ts'
import type { LoadedRow, Page } from './page.ts'
import { compileRowSource } from './row-source.ts'
import type { FoundRecord, Search, SearchBox, SearchHit } from './search.ts'
import { asCallerError } from './statement-error.ts'
import { columnOf } from './table-ref.ts'

/** The rows of a list on all pages. */
export interface ListQuery {
  model: string
  /** The to-one relation from a join row to the listed record. */
  join?: string
  search?: Search
  where: Condition
  /** The SQL function that returns the rows, and its arguments. Default: the table of the model. */
  rowFunction?: string
  knowledge?: Knowledge
}

/** Returns the rows and the condition of a statement about all pages of a list, and the statement's names. */
export function compileListQuery(
  { model, join, search, where, rowFunction, knowledge }: ListQuery,
  names = new NumberedNames(),
): { names: NumberedNames; rows: JoinedRows; where: string } {
  const nodeJoin = join ? { join: { relation: join, id: 'id' } } : {}
  const source = compileRowSource(names, { model, ...nodeJoin, ...(rowFunction && { rowFunction }) }, undefined, {
    ...(search && { search }),
    ...(knowledge && { knowledge }),
  })
  const { rows } = source
  return { names, rows, where: `${source.parentCondition} and ${toSql(where, rows.ref, names)}` }
}

/** Returns the rows of one page of a list from an SQL function, and one more if more pages follow. `columns` is the SQL of the columns. */
export async function readRows(
  list: ListQuery,
  { keys, cursorBound, size }: Page,
  columns: (alias: string) => string,
): Promise<LoadedRow[]> {
  const { names, rows, where } = compileListQuery(list)
  const orderBy = rows.orderByClause(keys)
  const bound = toSql(cursorBound, rows.ref, names)
  // The FROM clause takes its parameters last.
  const { alias } = rows.ref
  const page = `select ${alias}.id ${rows.fromClause} where ${where} and ${bound} ${orderBy} limit ${size + 1}`
  // OFFSET keeps PostgreSQL from computing the rows of all keys.
  const text = `select ${columns(alias)} from (${page}) k
    cross join lateral (select ${alias}.* ${rows.fromClause} where ${alias}.id = k.id offset 0) ${alias} ${orderBy}`
  return reads.$queryRawUnsafe<LoadedRow[]>(text, ...names.values).catch(asCallerError)
}

/** Returns the number of rows of a list on all pages. */
export async function countRows(list: ListQuery): Promise<number> {
  const { names, rows, where } = compileListQuery(list)
  const text = `select count(*)::int as total ${rows.fromClause} where ${where}`
  const found = await reads.$queryRawUnsafe<{ total: number }[]>(text, ...names.values).catch(asCallerError)
  return found[0]?.total ?? 0
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

/** Returns the records of one page of a search box, in the order of reading, and one more if more pages follow. */
export function readFoundRecords(searchBox: SearchBox, { keys, cursorBound, size }: Page): Promise<FoundRecord[]> {
  const names = new NumberedNames()
  const { rows } = compileRowSource(names, { searchBox: true }, undefined, { searchBox })
  const bound = toSql(cursorBound, rows.ref, names)
  const orderBy = rows.orderByClause(keys)
  const text = `select ${rows.ref.alias}.* ${rows.fromClause} where ${bound} ${orderBy} limit ${size + 1}`
  return reads.$queryRawUnsafe<FoundRecord[]>(text, ...names.values).catch(asCallerError)
}
