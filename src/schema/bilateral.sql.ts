import type { Source, SqlContext } from '../plan/meaning.ts'
import { everything, type Predicate } from '../plan/predicate.ts'
import { columnOf, type Place, toSql } from '../plan/sql.ts'

/** Two actors, each by a condition, as one row; none where the conditions do not lead to two. */
export function pairSql({ question: { conditions }, names }: SqlContext): string {
  const end = (condition: Predicate = everything) => {
    const place: Place = { model: 'Actor', at: names.alias() }
    return { id: columnOf(place, 'id'), from: `"Actor" ${place.at}`, where: toSql(condition, place, names) }
  }
  const [first, second] = [end(conditions[0]), end(conditions[1])]
  return `select ${first.id} as "firstId", ${second.id} as "secondId" from ${first.from}, ${second.from}
    where ${first.where} and ${second.where} and ${first.id} <> ${second.id}`
}

/** The events of a source month by month: how many began in each, and how friendly they were on average. */
export const monthsSql =
  (source: Source) =>
  ({ question: { conditions }, names, from }: SqlContext): string => {
    const { rows, on } = from(source)
    const month = `to_char(${columnOf(rows.node, 'sortDate')}, 'YYYY-MM')`
    const mean = `round(avg(${columnOf(rows.node, 'goldstein')})::numeric, 2)::float8`
    const where = toSql(conditions[0] ?? everything, rows.place, names)
    return `select ${month} as month, count(*)::int as events, ${mean} as "meanGoldstein"
      ${rows.from} where ${on} and ${where} group by 1 order by 1`
  }
