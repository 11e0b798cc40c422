// Fields whose rows come from a query that their concept writes. Both paths run the same query: as a part of a document's
// statement, or as a statement of its own.
import { getNamedType, getNullableType, isListType } from 'graphql'
import { reads } from '../db/client.ts'
import type { Compilation, Field } from './compilation.ts'
import { inOrder } from './compile-rows.ts'
import { type Json, orNull, print } from './json.ts'
import { type Listed, whole } from './listed.ts'
import type { Meaning, SqlContext } from './meaning.ts'
import { Numbered } from './numbered.ts'
import type { Row } from './page.ts'
import { bind } from './predicate.ts'
import type { Nodes } from './selection.ts'
import { sourceOf } from './source.ts'
import type { Place } from './sql.ts'

type SqlMeaning = Extract<Meaning, { is: 'sql' }>

/** The row that the field belongs to, or the list. */
interface Around {
  parent?: Place
  list?: SqlContext['list']
}

/** The rows as a list, or the first one or null, as the field's type has it. */
export function sqlRowsOf(
  compiler: Compilation,
  meaning: SqlMeaning,
  field: Field,
  nodes: Nodes,
  { parent, list }: Around = {},
): Json {
  const { question } = compiler.ask(meaning, field, nodes)
  if (meaning.scope) compiler.scopes.add(meaning.scope)
  const isList = isListType(getNullableType(field.type))
  const rows = meaning.rows({ question, names: compiler, list, from: (source) => sourceOf(compiler, source, parent) })
  if (rows === undefined) return [isList ? '[]' : 'null']
  if (isList) return inOrder(compiler, rows, field, nodes)
  const row: Place = { model: 'Row', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), row, nodes))
  return orNull(field.type, `(select ${object} from (${rows}) ${row.at} limit 1)`)
}

/** The rows, by a statement of their own; `parent` is the record or the list that the field belongs to. */
export async function readSqlRows<R>(meaning: SqlMeaning, args: object, parent: object = {}): Promise<R[]> {
  const names = new Numbered()
  const { listed } = parent as { listed?(): Listed }
  const text = meaning.rows({
    question: meaning.ask(args),
    names,
    list: listed && (() => whole(listed(), names)),
    from: (source) =>
      sourceOf(names, 'on' in source && source.on ? { ...source, on: bind(source.on, parent as Row) } : source),
  })
  return text === undefined ? [] : reads.$queryRawUnsafe<R[]>(text, ...names.values)
}
