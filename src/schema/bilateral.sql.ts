import { alwaysTrue, type Condition } from '../query/condition.ts'
import { toSql } from '../query/condition-sql.ts'
import type { RowSource, SqlPlanContext } from '../query/field-plan.ts'
import { columnOf, quote, type StatementNames, type TableRef } from '../query/table-ref.ts'

/** Returns a query for the two countries that match a condition, by code, as one row; no row if one or more than two match. */
export function pairSql(condition: Condition, names: StatementNames): string {
  const ref: TableRef = { model: 'Country', alias: names.alias() }
  const code = columnOf(ref, 'iso2')
  const ids = `array_agg(${columnOf(ref, 'actorId')} order by ${code})`
  return `select min(${code}) || '-' || max(${code}) as id, (${ids})[1] as "firstId", (${ids})[2] as "secondId"
    from "Country" ${ref.alias} where ${toSql(condition, ref, names)} having count(*) = 2`
}

/** Returns a query for the pairs with these keys, such as "BY-US", of which both countries match a condition. */
export function pairsSql(keys: Condition, condition: Condition, names: StatementNames): string {
  const pair = names.alias()
  const first: TableRef = { model: 'Country', alias: names.alias() }
  const second: TableRef = { model: 'Country', alias: names.alias() }
  const join = (ref: TableRef, place: 1 | 2) =>
    `join "Country" ${ref.alias} on ${columnOf(ref, 'iso2')} = split_part(${pair}.key, '-', ${place}) and ${toSql(condition, ref, names)}`
  return `select ${pair}.key as id, ${columnOf(first, 'actorId')} as "firstId", ${columnOf(second, 'actorId')} as "secondId"
    from unnest(${names.parameter(keys)}::text[]) ${pair} (key) ${join(first, 1)} ${join(second, 2)}`
}

/** The length of an interval. */
export type Interval = 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'

/** Returns a query for the number of events and their mean Goldstein score, by the interval in which the events start. */
export const intervalsSql =
  (source: RowSource) =>
  ({ planArguments: { conditions, interval }, names, rowsOf }: SqlPlanContext): string => {
    const { rows, parentCondition } = rowsOf(source)
    const date = `date_trunc(${quote(interval ?? '')}, ${columnOf(rows.nodeRef, 'sortDate')}::timestamp)::date`
    const mean = `round(avg(${columnOf(rows.nodeRef, 'goldstein')})::numeric, 2)::float8`
    const where = toSql(conditions[0] ?? alwaysTrue, rows.ref, names)
    return `select ${date} as date, count(*)::int as events, ${mean} as "meanGoldstein"
      ${rows.fromClause} where ${parentCondition} and ${where} group by 1 order by 1`
  }
