import { alwaysTrue, type Condition } from '../query/condition.ts'
import { toSql } from '../query/condition-sql.ts'
import type { RowSource, SqlPlanContext } from '../query/field-plan.ts'
import { columnOf, type TableRef } from '../query/table-ref.ts'

/** Two actors, each by a condition, as one row; none where the conditions do not lead to two. */
export function pairSql({ planArguments: { conditions }, names }: SqlPlanContext): string {
  const end = (condition: Condition = alwaysTrue) => {
    const ref: TableRef = { model: 'Actor', alias: names.alias() }
    return { id: columnOf(ref, 'id'), from: `"Actor" ${ref.alias}`, where: toSql(condition, ref, names) }
  }
  const [first, second] = [end(conditions[0]), end(conditions[1])]
  return `select ${first.id} as "firstId", ${second.id} as "secondId" from ${first.from}, ${second.from}
    where ${first.where} and ${second.where} and ${first.id} <> ${second.id}`
}

/** The events of a source month by month: how many began in each, and how friendly they were on average. */
export const monthsSql =
  (source: RowSource) =>
  ({ planArguments: { conditions }, names, rowsOf }: SqlPlanContext): string => {
    const { rows, parentCondition } = rowsOf(source)
    const month = `to_char(${columnOf(rows.nodeRef, 'sortDate')}, 'YYYY-MM')`
    const mean = `round(avg(${columnOf(rows.nodeRef, 'goldstein')})::numeric, 2)::float8`
    const where = toSql(conditions[0] ?? alwaysTrue, rows.ref, names)
    return `select ${month} as month, count(*)::int as events, ${mean} as "meanGoldstein"
      ${rows.fromClause} where ${parentCondition} and ${where} group by 1 order by 1`
  }
