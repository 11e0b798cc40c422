// Fields of the kind `sql`. The fast path includes their query in the statement of the document; the resolvers run it as a separate
// statement.
import { getNamedType, getNullableType, isCompositeType, isListType } from 'graphql'
import { reads } from '../db/client.ts'
import type { Compilation, FieldDefinition } from './compiler/compilation.ts'
import { type JsonSql, jsonOf, jsonScalar, orNull, toSqlText } from './compiler/json-sql.ts'
import { compileOrderedList } from './compiler/lists.ts'
import type { FieldNodes } from './compiler/selection.ts'
import { bindParent } from './condition.ts'
import type { PlanOf, RowSource, SqlPlanContext } from './field-plan.ts'
import { compileListQuery, type ListQuery } from './list-query.ts'
import { NumberedNames } from './numbered-names.ts'
import type { LoadedRow } from './page.ts'
import { compileRowSource } from './row-source.ts'
import { asCallerError } from './statement-error.ts'
import { columnOf, type TableRef } from './table-ref.ts'

type SqlFieldPlan = PlanOf<'sql'>

/** The row or the list to which the field belongs. */
interface FieldParent {
  parent?: TableRef
  completeList?: SqlPlanContext['completeList']
}

/**
 * Returns the rows as a JSON list, or, if the field is not a list, the first row or its column `value`, or null. If the plan has an
 * error for a missing row, the whole text is NULL without the row.
 */
export function compileSqlRows(
  compiler: Compilation,
  fieldPlan: SqlFieldPlan,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  { parent, completeList }: FieldParent = {},
): JsonSql {
  const { planArguments } = compiler.bindArguments(fieldPlan, field, fieldNodes)
  if (fieldPlan.scope) compiler.scopes.add(fieldPlan.scope)
  const isList = isListType(getNullableType(field.type))
  const rows = fieldPlan.rows({
    planArguments,
    names: compiler,
    completeList,
    rowsOf: (source) => compileRowSource(compiler, source, parent, planArguments),
    recordId: () => {
      if (!parent) throw new Error(`The field ${field.name} belongs to no record.`)
      return columnOf(parent, 'id')
    },
  })
  if (rows === undefined) return [isList ? '[]' : 'null']
  if (isList) return compileOrderedList(compiler, rows, field, fieldNodes, fieldPlan.model)
  const row: TableRef = { model: fieldPlan.model ?? 'Row', alias: compiler.alias() }
  if (!isCompositeType(getNamedType(field.type)))
    return jsonScalar(field.type, `(select ${row.alias}.value from (${rows}) ${row.alias} limit 1)`)
  const object = toSqlText(compiler.objectOfRow(getNamedType(field.type), row, fieldNodes))
  const first = `(select ${object} from (${rows}) ${row.alias} limit 1)`
  if (fieldPlan.missing === undefined) return orNull(field.type, first)
  compiler.missing.add(fieldPlan.missing)
  return jsonOf(first)
}

/** Reads the rows of a field by a separate statement. `parent` is the object that has the field, such as a record or a connection; empty for a root field. */
export async function readSqlRows<R>(fieldPlan: SqlFieldPlan, args: object, parent: object = {}): Promise<R[]> {
  const names = new NumberedNames()
  const planArguments = fieldPlan.bindArguments(args)
  const { listQuery: completeList } = parent as { listQuery?(): ListQuery }
  const text = fieldPlan.rows({
    planArguments,
    names,
    completeList: completeList && (() => compileListQuery(completeList(), names)),
    recordId: () => `${names.parameter({ column: 'id', operator: '=', value: (parent as LoadedRow).id })}::uuid`,
    rowsOf: (source) => compileRowSource(names, bindSource(source, parent as LoadedRow), undefined, planArguments),
  })
  return text === undefined ? [] : reads.$queryRawUnsafe<R[]>(text, ...names.values).catch(asCallerError)
}

/** Returns the row source with the values of the parent row in its condition. */
function bindSource(source: RowSource, parent: LoadedRow): RowSource {
  if (!('parentCondition' in source) || !source.parentCondition) return source
  return { ...source, parentCondition: bindParent(source.parentCondition, parent) }
}
