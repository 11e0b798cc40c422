// Compiles fields whose values come from columns: scalars, enum values, fuzzy dates, and values that an argument looks up.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import { toSql } from '../condition-sql.ts'
import type { PlanOf } from '../field-plan.ts'
import { JoinedRows } from '../joined-rows.ts'
import { columnOf, joinTo, type TableRef } from '../table-ref.ts'
import { type Compilation, type FieldDefinition, typeNameOf } from './compilation.ts'
import { type JsonMember, type JsonSql, jsonObject, jsonScalar, orNull, toSqlText } from './json-sql.ts'
import { type FieldNodes, selectedFields } from './selection.ts'

/** Returns the value of a column, as JSON. */
export function compileColumn(
  compiler: Compilation,
  { relation, column }: PlanOf<'column'>,
  field: FieldDefinition,
  ref: TableRef,
): JsonSql {
  return ofRelated(compiler, relation, field, ref, (row) => jsonScalar(field.type, columnOf(row, column)))
}

/** Returns the JSON object of a fuzzy date with its selected fields, or null if the date is not known. */
export function compileFuzzyDate(
  compiler: Compilation,
  { relation, prefix }: PlanOf<'fuzzyDate'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const type = getNamedType(field.type) as GraphQLObjectType
  return ofRelated(compiler, relation, field, ref, (row) => {
    const parts = selectedFields(compiler.operation, type, fieldNodes).map(({ key, name, field: part }): JsonMember => {
      if (!part) return { key, value: typeNameOf(type, name) }
      const column = prefix + part.name.charAt(0).toUpperCase() + part.name.slice(1)
      return { key, value: jsonScalar(part.type, columnOf(row, column)) }
    })
    const isKnown = `${columnOf(row, `${prefix}Precision`)} is not null`
    return orNull(field.type, `case when ${isKnown} then ${toSqlText(jsonObject(parts))} end`)
  })
}

/** Returns the value of the first row that matches the arguments, such as the name in a language, or the fallback. */
export function compileLookup(
  compiler: Compilation,
  fieldPlan: PlanOf<'lookup'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const { relation, column, order, fallback } = fieldPlan
  const [condition] = compiler.bindArguments(fieldPlan, field, fieldNodes).planArguments.conditions
  const fallbackSql = fallback ? columnOf(ref, fallback) : 'null'
  if (!condition) return jsonScalar(field.type, fallbackSql)
  const { on, to } = joinTo(ref, relation, compiler)
  const rows = new JoinedRows(compiler, to)
  const ordered = rows.orderByClause(order)
  const where = `${on} and ${toSql(condition, rows.ref, compiler)}`
  const value = `(select ${columnOf(to, column)} ${rows.fromClause} where ${where} ${ordered} limit 1)`
  return jsonScalar(field.type, fallback ? `coalesce(${value}, ${fallbackSql})` : value)
}

/** Returns a value of the row, or, with `relation`, of the row that this to-one relation leads to. */
function ofRelated(
  compiler: Compilation,
  relation: string | undefined,
  field: FieldDefinition,
  ref: TableRef,
  value: (row: TableRef) => JsonSql,
): JsonSql {
  if (!relation) return value(ref)
  const { table, on, to } = joinTo(ref, relation, compiler)
  return orNull(field.type, `(select ${toSqlText(value(to))} from ${table} where ${on})`)
}
