// Where the rows of a list come from.

import { alwaysTrue } from './condition.ts'
import { toSql } from './condition-sql.ts'
import type { RowSource as Meant } from './field-plan.ts'
import { JoinedRows } from './joined-rows.ts'
import type { Search } from './search.ts'
import { joinTo, type StatementNames, type TableRef } from './table-ref.ts'

/** The rows that a connection lists, and the condition that ties them to their parent. */
export interface RowsOfParent {
  rows: JoinedRows
  parentCondition: string
}

/** The rows of a source, seen from the row at `parent`; those of a model may be searched. */
export function readRowSource(names: StatementNames, source: Meant, parent?: TableRef, search?: Search): RowsOfParent {
  if ('model' in source) {
    const { model, parentCondition: on = alwaysTrue, join } = source
    const rows = new JoinedRows(names, { model, alias: names.alias(), parent }, join?.relation, search)
    return { rows, parentCondition: toSql(on, rows.ref, names) }
  }
  if (!parent) throw new Error(`The relation ${source.relation} has no parent row.`)
  const { on, to } = joinTo(parent, source.relation, names)
  return { rows: new JoinedRows(names, to, source.join?.relation), parentCondition: on }
}
