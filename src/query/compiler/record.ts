// Compiles fields of Query that return records by key or by global id. A merged record is replaced by its survivor: the record
// that it was merged into.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import { unknownId } from '../../domain/id.ts'
import { alwaysTrue } from '../condition.ts'
import { toSql } from '../condition-sql.ts'
import { kindsOf, type PlanOf } from '../field-plan.ts'
import { modelOf } from '../pothos-extensions.ts'
import { hasModelField } from '../prisma-model.ts'
import { columnOf, type TableRef } from '../table-ref.ts'
import type { Compilation, FieldDefinition } from './compilation.ts'
import { type JsonSql, jsonOf, toSqlText } from './json-sql.ts'
import { kindCondition } from './kind.ts'
import type { FieldNodes } from './selection.ts'

/** Returns SQL about a row. */
type SqlOfRow = (ref: TableRef) => string

/** Returns the record with the key, or null. */
export function compileRecordByKey(
  compiler: Compilation,
  fieldPlan: PlanOf<'recordByKey'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
): JsonSql {
  const { model, base } = fieldPlan
  const [condition = alwaysTrue] = compiler.bindArguments(fieldPlan, field, fieldNodes).planArguments.conditions
  return compileSurvivor(compiler, model, {
    keyCondition: (ref) => toSql(condition, ref, compiler),
    typeCondition: (ref) => toSql(base, ref, compiler),
    object: (ref) => compiler.objectOfRow(getNamedType(field.type), ref, fieldNodes),
  })
}

/** Returns the records with the global ids, in their order, with null for an unknown id. `node` returns only the first. */
export function compileRecordsById(
  compiler: Compilation,
  fieldPlan: PlanOf<'recordsById'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
): JsonSql {
  const { conditions, typeNames = [] } = compiler.bindArguments(fieldPlan, field, fieldNodes).planArguments
  const records = typeNames.map((name, i) => {
    const type = compiler.objectType(name) as GraphQLObjectType | undefined
    const condition = conditions[i] ?? alwaysTrue
    const nodeRows = fieldPlan.nodeRows.get(name)
    if (type && nodeRows) {
      const row: TableRef = { model: 'Row', alias: compiler.alias() }
      const object = toSqlText(compiler.objectOfRow(type, row, fieldNodes))
      return jsonOf(`coalesce((select ${object} from (${nodeRows.rows(condition, compiler)}) ${row.alias}), 'null')`)
    }
    const model = type && modelOf(type)
    if (!model) {
      if (fieldPlan.isList) return ['null']
      throw unknownId()
    }
    const typeCondition = (ref: TableRef) => conditionOfType(type, ref)
    return compileSurvivor(compiler, model, {
      keyCondition: (ref) => `${toSql(condition, ref, compiler)} and ${typeCondition(ref)}`,
      typeCondition,
      object: (ref) => compiler.objectOfRow(type, ref, fieldNodes),
    })
  })
  if (!fieldPlan.isList) return records[0] ?? ['null']
  return ['[', ...records.flatMap((record, i) => (i ? [',', ...record] : record)), ']']
}

/** The SQL of a record that is selected by key. */
interface RecordQuery {
  keyCondition: SqlOfRow
  /** The condition on the survivor. */
  typeCondition: SqlOfRow
  object: (ref: TableRef) => JsonSql
}

/** Returns the record that matches the key, or its survivor, or null. */
function compileSurvivor(
  compiler: Compilation,
  model: string,
  { keyCondition, typeCondition, object }: RecordQuery,
): JsonSql {
  const to: TableRef = { model, alias: compiler.alias() }
  const select = (where: string) =>
    jsonOf(`coalesce((select ${toSqlText(object(to))} from "${model}" ${to.alias} where ${where}), 'null')`)
  if (!hasModelField(model, 'mergedIntoId')) return select(keyCondition(to))
  const first: TableRef = { model, alias: compiler.alias() }
  const id = `coalesce(${columnOf(first, 'mergedIntoId')}, ${columnOf(first, 'id')})`
  const survivor = `(select ${id} from "${model}" ${first.alias} where ${keyCondition(first)})`
  return select(`${columnOf(to, 'id')} = ${survivor} and ${typeCondition(to)}`)
}

/** Returns the SQL condition that a row has the object type; "true" if the table has only rows of this type. */
function conditionOfType(type: GraphQLObjectType, ref: TableRef): string {
  for (const kinds of type.getInterfaces().map(kindsOf)) if (kinds) return kindCondition(kinds, ref, [type]) ?? 'true'
  return 'true'
}
