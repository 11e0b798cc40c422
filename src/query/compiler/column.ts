// Compiles fields whose values come from columns: scalars, enum values, fuzzy dates, and values that an argument looks up.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import {
  labelPrefix,
  type OpenEnd,
  senseByStatus,
  senseOf,
  type WrittenSense,
  wordsOf,
} from '../../domain/date-label.ts'
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
  fieldPlan: PlanOf<'fuzzyDate'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const { relation, prefix } = fieldPlan
  const type = getNamedType(field.type) as GraphQLObjectType
  return ofRelated(compiler, relation, field, ref, (row) => {
    const parts = selectedFields(compiler.operation, type, fieldNodes).map(({ key, name, field: part }): JsonMember => {
      if (!part) return { key, value: typeNameOf(type, name) }
      const column = prefix + part.name.charAt(0).toUpperCase() + part.name.slice(1)
      const value = isInSense(part.name) ? inSenseSql(part.name, fieldPlan, row) : columnOf(row, column)
      return { key, value: jsonScalar(part.type, value) }
    })
    const isKnown = `${columnOf(row, `${prefix}Precision`)} is not null`
    return orNull(field.type, `case when ${isKnown} then ${toSqlText(jsonObject(parts))} end`)
  })
}

/** The parts of a fuzzy date that depend on the sense of its field. */
type PartInSense = 'label' | 'edtf' | 'sense'

const isInSense = (name: string): name is PartInSense => ['label', 'edtf', 'sense'].includes(name)

/** Returns the SQL of a part of a fuzzy date in the sense of the field: `inSense` returns the same. */
function inSenseSql(part: PartInSense, { prefix, sense }: PlanOf<'fuzzyDate'>, row: TableRef): string {
  const [earliest, latest, label, edtf] = ['Earliest', 'Latest', 'Label', 'Edtf'].map((suffix) =>
    columnOf(row, prefix + suffix),
  )
  const neutral = part === 'label' ? label : edtf
  const open = ({ before, after, lasts }: OpenEnd, set: string) => {
    if (part === 'label') return `'${before}' || substr(${label}, ${labelPrefix + 1}) || '${after}'`
    return lasts ? edtf : set
  }
  const written = (written: WrittenSense) => {
    if (part === 'sense') return `'${written}'`
    const { earliestOnly, latestOnly, closed } = wordsOf(written)
    return `case
      when ${earliest} is null and ${latest} is null then ${neutral}
      when ${latest} is null then ${open(earliestOnly, `'[' || left(${edtf}, -3) || '..]'`)}
      when ${earliest} is null then ${open(latestOnly, `'[..' || substr(${edtf}, 4) || ']'`)}
      else ${part === 'label' && closed ? `'${closed}' || ` : ''}${neutral} end`
  }
  if (sense !== 'event') return written(senseOf(sense))
  const byStatus = Object.entries(senseByStatus).map(([status, each]) => `when '${status}' then ${written(each)}`)
  return `case ${columnOf(row, 'status')} ${byStatus.join(' ')} else ${written(senseOf(sense))} end`
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
