// What the rows of a list come to when they are counted by what they have in common. Both paths read it by the same SQL: the
// one as part of a document's statement, the other by a statement of its own.
import { reads } from '../db/client.ts'
import { countedSql, type FacetName, facetSql } from './facet.ts'
import { type Listed, whole } from './listed.ts'
import { Numbered } from './match.ts'
import type { Source } from './meaning.ts'
import type { Row } from './page.ts'
import { all, bind, everything, type Predicate } from './predicate.ts'
import { Rows } from './rows.ts'
import { columnOf, toSql } from './sql.ts'

/** Events month by month: in which, how many began, and how friendly they were on average. */
export function monthsSql({ from, node }: Rows, where: string): string {
  const month = `to_char(${columnOf(node, 'sortDate')}, 'YYYY-MM')`
  const mean = `round(avg(${columnOf(node, 'goldstein')})::numeric, 2)::float8`
  return `select ${month} as month, count(*)::int as events, ${mean} as "meanGoldstein" ${from} where ${where} group by 1`
}

export interface Month {
  month: string
  events: number
  meanGoldstein: number
}

/** The months of what the rows of a model lead to; `row` is the one from which they are reached. */
export function readMonths(
  { model, on = everything, through }: Extract<Source, { model: string }>,
  conditions: readonly Predicate[],
  row: Row,
): Promise<Month[]> {
  const names = new Numbered()
  const rows = new Rows(names, { model, at: names.alias() }, through?.relation)
  const where = toSql(all(bind(on, row), ...conditions), rows.place, names)
  return reads.$queryRawUnsafe<Month[]>(`${monthsSql(rows, where)} order by 1`, ...names.values)
}

export interface Facet {
  by: FacetName
  values: { value: string; label: string; count: number }[]
}

/** The facets of a list of events, in one statement. */
export async function readFacets(list: Listed, by: readonly FacetName[], size: number): Promise<Facet[]> {
  if (by.length === 0) return []
  const { names, rows, where } = whole(list)
  const events = countedSql(rows, where)
  const parts = by.map((name, place) => `select ${place} as place, v.* from (${facetSql(name, 'counted', size)}) v`)
  const found = await reads.$queryRawUnsafe<(Facet['values'][number] & { place: number })[]>(
    `with counted as materialized (${events}) select * from (${parts.join(' union all ')}) u order by place, n`,
    ...names.values,
  )
  return by.map((name, place) => ({ by: name, values: found.filter((each) => each.place === place) }))
}
