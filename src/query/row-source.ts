// Where the rows of a list come from.

import { everything } from './condition.ts'
import type { RowSource as Meant } from './field-plan.ts'
import { JoinedRows } from './joined-rows.ts'
import type { Search } from './search.ts'
import { joinTo, type SqlNames, type TableRef, toSql } from './sql.ts'

/** The rows that a connection lists, and the condition that ties them to their parent. */
export interface SourceRows {
  rows: JoinedRows
  on: string
}

/** The rows of a source, seen from the row at `parent`; those of a model may be searched. */
export function rowsOfSource(names: SqlNames, source: Meant, parent?: TableRef, search?: Search): SourceRows {
  if ('model' in source) {
    const { model, on = everything, join } = source
    const rows = new JoinedRows(names, { model, at: names.alias(), outer: parent }, join?.relation, search)
    return { rows, on: toSql(on, rows.ref, names) }
  }
  if (!parent) throw new Error(`The relation ${source.relation} has no parent row.`)
  const { on, to } = joinTo(parent, source.relation, names)
  return { rows: new JoinedRows(names, to, source.join?.relation), on }
}
