// The rows of a row source as SQL.

import { alwaysTrue } from './condition.ts'
import { toSql } from './condition-sql.ts'
import type { RowSource } from './field-plan.ts'
import { JoinedRows } from './joined-rows.ts'
import type { Search } from './search.ts'
import { joinTo, type StatementNames, type TableRef } from './table-ref.ts'

/** The rows of a source, and the condition that selects the rows of the parent row. */
export interface RowsOfParent {
  rows: JoinedRows
  parentCondition: string
}

/** Returns the rows of a source. `parent` is the row to which the list belongs; `search` applies only to rows of a model. */
export function compileRowSource(
  names: StatementNames,
  source: RowSource,
  parent?: TableRef,
  search?: Search,
): RowsOfParent {
  if ('model' in source) {
    const { model, parentCondition = alwaysTrue, join } = source
    const rows = new JoinedRows(names, { model, alias: names.alias(), parent }, join?.relation, search)
    return { rows, parentCondition: toSql(parentCondition, rows.ref, names) }
  }
  if (!parent) throw new Error(`The relation ${source.relation} has no parent row.`)
  const { on, to } = joinTo(parent, source.relation, names)
  return { rows: new JoinedRows(names, to, source.join?.relation), parentCondition: on }
}
