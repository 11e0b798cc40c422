// Compiles fields of Query that return records by key or by global id. A merged record is replaced by its survivor: the record
// that it was merged into.
import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql'
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

/** Returns the record with the global id, or null. */
export function compileRecordById(
  compiler: Compilation,
  fieldPlan: PlanOf<'recordById'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
): JsonSql {
  const { conditions, typeNames: [name = ''] = [] } = compiler.bindArguments(fieldPlan, field, fieldNodes).planArguments
  const [condition = alwaysTrue] = conditions
  const type = objectTypeNamed(compiler, name)
  const nodeRows = fieldPlan.nodeRows.get(name)
  if (type && nodeRows) {
    const row: TableRef = { model: 'Row', alias: compiler.alias() }
    const object = toSqlText(compiler.objectOfRow(type, row, fieldNodes))
    return jsonOf(`coalesce((select ${object} from (${nodeRows.rows(condition, compiler)}) ${row.alias}), 'null')`)
  }
  const model = type && modelOf(type)
  if (!model) throw unknownId()
  const typeCondition = (ref: TableRef) => conditionOfType(type, ref)
  return compileSurvivor(compiler, model, {
    keyCondition: (ref) => `${toSql(condition, ref, compiler)} and ${typeCondition(ref)}`,
    typeCondition,
    object: (ref) => compiler.objectOfRow(type, ref, fieldNodes),
  })
}

/** Returns the records with the global ids, in their order, with null for an unknown id. Reads the records of each type once. */
export function compileRecordsByIds(
  compiler: Compilation,
  fieldPlan: PlanOf<'recordsByIds'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
): JsonSql {
  const { conditions, typeNames = [] } = compiler.bindArguments(fieldPlan, field, fieldNodes).planArguments
  const [keys = alwaysTrue, ...conditionsOfTypes] = conditions
  const [asked, found] = [compiler.alias(), compiler.alias()]
  const keyList = `unnest(${compiler.parameter(keys)}::text[]) with ordinality ${asked} (key, n)`
  const records = typeNames.flatMap((name, i) => {
    const type = objectTypeNamed(compiler, name)
    const condition = conditionsOfTypes[i] ?? alwaysTrue
    const nodeRows = fieldPlan.nodeRows.get(name)
    const model = type && (nodeRows ? 'Row' : modelOf(type))
    if (!type || !model) return []
    const to: TableRef = { model, alias: compiler.alias() }
    const first: TableRef = hasModelField(model, 'mergedIntoId') ? { model, alias: compiler.alias() } : to
    const object = toSqlText(compiler.objectOfRow(type, to, fieldNodes))
    const select = `select '${name}:' || ${columnOf(first, 'id')} as key, ${object} as object`
    if (nodeRows) return `${select} from (${nodeRows.rows(condition, compiler)}) ${to.alias}`
    const rows =
      first === to
        ? ''
        : ` join "${model}" ${to.alias} on ${columnOf(to, 'id')} = coalesce(${columnOf(first, 'mergedIntoId')}, ${columnOf(first, 'id')})`
    const where = [toSql(condition, first, compiler), conditionOfType(type, first), conditionOfType(type, to)]
    return `${select} from "${model}" ${first.alias}${rows} where ${where.join(' and ')}`
  })
  const join = records.length > 0 ? `left join (${records.join(' union all ')}) ${found} using (key)` : ''
  const object = records.length > 0 ? `coalesce(${found}.object, 'null')` : `'null'`
  return [
    '[',
    { sql: `coalesce((select string_agg(${object}, ',' order by ${asked}.n) from ${keyList} ${join}), '')` },
    ']',
  ]
}

function objectTypeNamed(compiler: Compilation, name: string): GraphQLObjectType | undefined {
  const type = compiler.operation.schema.getType(name)
  return isObjectType(type) ? type : undefined
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
