import { alwaysTrue, type Condition } from '../query/condition.ts'
import { toSql } from '../query/condition-sql.ts'
import type { RowSource, SqlPlanContext } from '../query/field-plan.ts'
import { columnOf, type TableRef } from '../query/table-ref.ts'

/** Returns a query for the ids of two actors, one per condition, as one row; no row unless there are two different actors. */
export function pairSql({ planArguments: { conditions }, names }: SqlPlanContext): string {
  const actor = (condition: Condition = alwaysTrue) => {
    const ref: TableRef = { model: 'Actor', alias: names.alias() }
    return { id: columnOf(ref, 'id'), from: `"Actor" ${ref.alias}`, where: toSql(condition, ref, names) }
  }
  const [first, second] = [actor(conditions[0]), actor(conditions[1])]
  return `select ${first.id} as "firstId", ${second.id} as "secondId" from ${first.from}, ${second.from}
    where ${first.where} and ${second.where} and ${first.id} <> ${second.id}`
}

/** Returns a query for the number of events and their mean Goldstein score, by the month in which the events start. */
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
