// Where the rows of a list come from.
import type { Source as Meant } from './meaning.ts'
import { everything } from './predicate.ts'
import { Rows } from './rows.ts'
import type { Search } from './search.ts'
import { joinTo, type Names, type Place, toSql } from './sql.ts'

/** The rows that a connection lists, and the condition that ties them to their parent. */
export interface Source {
  rows: Rows
  on: string
}

/** The rows of a source, seen from the row at `parent`; those of a model may be searched. */
export function sourceOf(names: Names, source: Meant, parent?: Place, search?: Search): Source {
  if ('model' in source) {
    const { model, on = everything, through } = source
    const rows = new Rows(names, { model, at: names.alias(), outer: parent }, through?.relation, search)
    return { rows, on: toSql(on, rows.place, names) }
  }
  if (!parent) throw new Error(`The relation ${source.relation} has no parent row.`)
  const { on, to } = joinTo(parent, source.relation, names)
  return { rows: new Rows(names, to, source.through?.relation), on }
}
