// Compiles plain lists: rows of relations, records whose ids are columns of a row, arrays in a jsonb column, and rows of a query.
import { type GraphQLObjectType, getNamedType, getNullableType, isListType, isObjectType } from 'graphql'
import { fieldPlanOf, type PlanOf } from '../field-plan.ts'
import { JoinedRows } from '../joined-rows.ts'
import { columnOf, joinTo, type TableRef } from '../table-ref.ts'
import type { Compilation, FieldDefinition } from './compilation.ts'
import { type JsonSql, jsonScalar, orNull, toSqlText } from './json-sql.ts'
import type { FieldNodes } from './selection.ts'

/** Returns a list of the rows of a relation. */
export function compileList(
  compiler: Compilation,
  fieldPlan: PlanOf<'list'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const { limit } = compiler.bindArguments(fieldPlan, field, fieldNodes).planArguments
  const { on, to } = joinTo(ref, fieldPlan.relation, compiler)
  const rows = new JoinedRows(compiler, to)
  const item = toSqlText(compiler.objectOfRow(getNamedType(field.type), to, fieldNodes))
  const items = `select ${item} as item ${rows.fromClause} where ${on} ${rows.orderByClause(fieldPlan.order)} limit ${limit}`
  return ['[', { sql: `coalesce((select string_agg(item, ',') from (${items}) q), '')` }, ']']
}

/** Returns the records whose ids are columns of the row; only the first one, or null, if the field is not a list. */
export function compileRecordsByColumns(
  compiler: Compilation,
  { model, columns }: PlanOf<'recordsByColumns'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const records = columns.map((column) => {
    const to: TableRef = { model, alias: compiler.alias() }
    const object = toSqlText(compiler.objectOfRow(getNamedType(field.type), to, fieldNodes))
    return `(select ${object} from "${model}" ${to.alias} where ${columnOf(to, 'id')} = ${columnOf(ref, column)})`
  })
  if (!isListType(getNullableType(field.type))) return orNull(field.type, records[0] ?? 'null')
  return ['[', ...records.flatMap((sql, i) => (i ? [',', { sql }] : [{ sql }])), ']']
}

/** Returns a list of the records whose ids are in a column with an array. */
export function compileRecordsByArray(
  compiler: Compilation,
  { model, column }: PlanOf<'recordsByArray'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const to: TableRef = { model, alias: compiler.alias() }
  const ids = compiler.alias()
  const object = toSqlText(compiler.objectOfRow(getNamedType(field.type), to, fieldNodes))
  const rows = `unnest(${columnOf(ref, column)}) with ordinality ${ids} (id, n) join "${model}" ${to.alias} on ${columnOf(to, 'id')} = ${ids}.id`
  return ['[', { sql: `coalesce((select string_agg(${object}, ',' order by ${ids}.n) from ${rows}), '')` }, ']']
}

/** The types of the columns of a jsonb array, by the scalar of the field. Default: text. */
const columnTypes: Record<string, string> = { Int: 'int', JSON: 'jsonb' }

/** Returns the list of the objects in a jsonb column. The column holds an array. */
export function compileEmbeddedList(
  compiler: Compilation,
  { column }: PlanOf<'column'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const type = getNamedType(field.type) as GraphQLObjectType
  const columns = Object.values(type.getFields()).map((part) => {
    const fieldPlan = fieldPlanOf(part)
    if (fieldPlan?.kind !== 'column') throw new Error(`The field ${type.name}.${part.name} is not a column.`)
    return `"${fieldPlan.column}" ${columnTypes[getNamedType(part.type).name] ?? 'text'}`
  })
  const objects = `select * from jsonb_to_recordset(${columnOf(ref, column)}) as v (${columns.join(', ')})`
  return compileOrderedList(compiler, objects, field, fieldNodes)
}

/** Returns the rows of a query as a list, in the order of the query. */
export function compileOrderedList(
  compiler: Compilation,
  rows: string,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  model = 'Row',
): JsonSql {
  const row: TableRef = { model, alias: compiler.alias() }
  const object = toSqlText(compiler.objectOfRow(getNamedType(field.type), row, fieldNodes))
  const list = `string_agg(${object}, ',' order by ${row.alias}.n)`
  const numbered = `select *, row_number() over () as n from (${rows}) r`
  return ['[', { sql: `coalesce((select ${list} from (${numbered}) ${row.alias}), '')` }, ']']
}

/** Returns the result of an SQL function of the row: its rows as a list of objects, or its value. */
export function compileFunctionOfRow(
  compiler: Compilation,
  { name }: PlanOf<'functionOfRow'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  { alias }: TableRef,
): JsonSql {
  const call = `${name}(${alias})`
  if (isObjectType(getNamedType(field.type)))
    return compileOrderedList(compiler, `select * from ${call}`, field, fieldNodes)
  return jsonScalar(field.type, call)
}
