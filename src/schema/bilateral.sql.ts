import { type Condition, everything } from '../query/condition.ts'
import type { RowSource, SqlContext } from '../query/field-plan.ts'
import { columnOf, type TableRef, toSql } from '../query/sql.ts'

/** Two actors, each by a condition, as one row; none where the conditions do not lead to two. */
export function pairSql({ planArguments: { conditions }, names }: SqlContext): string {
  const end = (condition: Condition = everything) => {
    const ref: TableRef = { model: 'Actor', at: names.alias() }
    return { id: columnOf(ref, 'id'), from: `"Actor" ${ref.at}`, where: toSql(condition, ref, names) }
  }
  const [first, second] = [end(conditions[0]), end(conditions[1])]
  return `select ${first.id} as "firstId", ${second.id} as "secondId" from ${first.from}, ${second.from}
    where ${first.where} and ${second.where} and ${first.id} <> ${second.id}`
}

/** The events of a source month by month: how many began in each, and how friendly they were on average. */
export const monthsSql =
  (source: RowSource) =>
  ({ planArguments: { conditions }, names, from }: SqlContext): string => {
    const { rows, on } = from(source)
    const month = `to_char(${columnOf(rows.node, 'sortDate')}, 'YYYY-MM')`
    const mean = `round(avg(${columnOf(rows.node, 'goldstein')})::numeric, 2)::float8`
    const where = toSql(conditions[0] ?? everything, rows.ref, names)
    return `select ${month} as month, count(*)::int as events, ${mean} as "meanGoldstein"
      ${rows.from} where ${on} and ${where} group by 1 order by 1`
  }
