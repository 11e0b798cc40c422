// Fields whose rows come from a query that their concept writes. Both paths run the same query: as a part of a document's
// statement, or as a statement of its own.
import { getNamedType, getNullableType, isListType } from 'graphql'
import { reads } from '../db/client.ts'
import type { Compilation, Field } from './compiler/compilation.ts'
import { type Json, orNull, print } from './compiler/json.ts'
import { inOrder } from './compiler/lists.ts'
import type { Nodes } from './compiler/selection.ts'
import { bind } from './condition.ts'
import type { FieldPlan, SqlContext } from './field-plan.ts'
import { completeList, type ListQuery } from './list-query.ts'
import { NumberedNames } from './numbered-names.ts'
import type { LoadedRow } from './page.ts'
import { rowsOfSource } from './row-source.ts'
import type { TableRef } from './sql.ts'

type SqlFieldPlan = Extract<FieldPlan, { is: 'sql' }>

/** The row that the field belongs to, or the list. */
interface Around {
  parent?: TableRef
  list?: SqlContext['list']
}

/** The rows as a list, or the first one or null, as the field's type has it. */
export function sqlRowsOf(
  compiler: Compilation,
  fieldPlan: SqlFieldPlan,
  field: Field,
  nodes: Nodes,
  { parent, list }: Around = {},
): Json {
  const { planArguments } = compiler.bindArguments(fieldPlan, field, nodes)
  if (fieldPlan.scope) compiler.scopes.add(fieldPlan.scope)
  const isList = isListType(getNullableType(field.type))
  const rows = fieldPlan.rows({
    planArguments,
    names: compiler,
    list,
    from: (source) => rowsOfSource(compiler, source, parent),
  })
  if (rows === undefined) return [isList ? '[]' : 'null']
  if (isList) return inOrder(compiler, rows, field, nodes)
  const row: TableRef = { model: 'Row', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), row, nodes))
  return orNull(field.type, `(select ${object} from (${rows}) ${row.at} limit 1)`)
}

/** The rows, by a statement of their own; `parent` is the record or the list that the field belongs to. */
export async function readSqlRows<R>(fieldPlan: SqlFieldPlan, args: object, parent: object = {}): Promise<R[]> {
  const names = new NumberedNames()
  const { listQuery } = parent as { listQuery?(): ListQuery }
  const text = fieldPlan.rows({
    planArguments: fieldPlan.bindArguments(args),
    names,
    list: listQuery && (() => completeList(listQuery(), names)),
    from: (source) =>
      rowsOfSource(
        names,
        'on' in source && source.on ? { ...source, on: bind(source.on, parent as LoadedRow) } : source,
      ),
  })
  return text === undefined ? [] : reads.$queryRawUnsafe<R[]>(text, ...names.values)
}
