// What the rows of a list come to, as the JSON of a list of objects.
import { getNamedType } from 'graphql'
import type { Compiler, Field } from './compile.ts'
import { sourceOf } from './compile-connection.ts'
import { type Json, print } from './json.ts'
import type { Meaning } from './meaning.ts'
import { everything } from './predicate.ts'
import type { Nodes } from './selection.ts'
import { type Place, toSql } from './sql.ts'
import { monthsSql } from './tally.ts'

/** The months in their order. */
export function monthsOf(
  compiler: Compiler,
  meaning: Extract<Meaning, { is: 'months' }>,
  field: Field,
  nodes: Nodes,
  parent: Place,
): Json {
  const [where = everything] = compiler.ask(meaning, field, nodes).question.conditions
  const { rows, on } = sourceOf(compiler, meaning.source, parent)
  const months = monthsSql(rows, `${on} and ${toSql(where, rows.place, compiler)}`)
  const month: Place = { model: 'Month', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), month, nodes))
  const list = `string_agg(${object}, ',' order by ${month.at}.month)`
  return ['[', { sql: `coalesce((select ${list} from (${months}) ${month.at}), '')` }, ']']
}
