// Compiles fields that lead from a row to one other record.
import { type GraphQLNamedType, type GraphQLUnionType, getNamedType } from 'graphql'
import { type PlanOf, unionRecordsOf } from '../field-plan.ts'
import { NotCompilable } from '../not-compilable.ts'
import { modelOf } from '../pothos-extensions.ts'
import { relationColumns } from '../prisma-model.ts'
import { columnOf, joinTo, quote, type TableRef } from '../table-ref.ts'
import type { Compilation, FieldDefinition } from './compilation.ts'
import { type JsonSql, jsonOf, orNull, toSqlText } from './json-sql.ts'
import type { FieldNodes } from './selection.ts'

/** Returns the record at the end of a path of to-one relations, or null. */
export const compileRelatedRecord = (
  compiler: Compilation,
  { path }: PlanOf<'relatedRecord'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql => orNull(field.type, relatedRecordSql(compiler, path, getNamedType(field.type), fieldNodes, ref))

/** Returns the record at the only to-one relation that is set. */
export function compileRelatedUnion(
  compiler: Compilation,
  { relations }: PlanOf<'relatedUnion'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const records = Object.entries(relations).map(([relation, name]) => {
    const type = compiler.operation.schema.getType(name)
    if (!type) throw new Error(`There is no type ${name}.`)
    return relatedRecordSql(compiler, [relation], type, fieldNodes, ref)
  })
  return orNull(field.type, `coalesce(${records.join(', ')})`)
}

/** Returns the record of a union whose kind and id are columns of the row. */
export function compileRecordOfKind(
  compiler: Compilation,
  union: GraphQLUnionType,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const unionRecords = unionRecordsOf(union)
  if (!unionRecords) throw new NotCompilable(`the type ${union.name}`)
  const kind = columnOf(ref, unionRecords.column)
  const cases = Object.entries(unionRecords.types).map(([name, kinds]) => {
    const type = compiler.operation.schema.getType(name)
    const model = modelOf(type)
    if (!type || !model) throw new Error(`The type ${name} has no model.`)
    const to: TableRef = { model, alias: compiler.alias() }
    const object = toSqlText(compiler.objectOfRow(type, to, fieldNodes))
    const record = `(select ${object} from "${model}" ${to.alias} where ${columnOf(to, 'id')} = ${columnOf(ref, 'id')})`
    return `when ${kind} in (${kinds.map(quote).join(', ')}) then ${record}`
  })
  return jsonOf(`case ${cases.join(' ')} end`)
}

/** Returns the SQL of the record at the end of a path of to-one relations, as an object or interface type. */
function relatedRecordSql(
  compiler: Compilation,
  [first, ...others]: readonly [string, ...string[]],
  type: GraphQLNamedType,
  fieldNodes: FieldNodes,
  ref: TableRef,
): string {
  const { table, on, to } = joinTo(ref, first, compiler)
  let last = to
  const joins = others.map((relation) => {
    const next = joinTo(last, relation, compiler)
    last = next.to
    return ` join ${next.table} on ${next.on}`
  })
  const object = toSqlText(compiler.objectOfRow(type, last, fieldNodes))
  if (others.length > 0) return `(select ${object} from ${table}${joins.join('')} where ${on})`
  const { ownColumn, targetColumn } = relationColumns(ref.model, first)
  const [ownId, targetId] = [columnOf(ref, ownColumn), columnOf(to, targetColumn)]
  if (!readsOtherColumns(object, to.alias, targetColumn))
    return `case when ${ownId} is not null then ${object.replaceAll(targetId, ownId)} end`
  return `(select ${object} from ${table} where ${on})`
}

/** Returns whether SQL reads other columns of a table than this one. The row itself is needed only then. */
const readsOtherColumns = (sql: string, alias: string, column: string): boolean =>
  sql.replaceAll(`${alias}."${column}"`, '').includes(`${alias}."`)

/** Returns the record at the other end of a link, seen from the parent row. */
export function compileOtherEnd(
  compiler: Compilation,
  { first, second, model }: PlanOf<'otherEnd'>,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  ref: TableRef,
): JsonSql {
  const to: TableRef = { model, alias: compiler.alias() }
  const object = toSqlText(compiler.objectOfRow(getNamedType(field.type), to, fieldNodes))
  const id = `case when ${isOutgoing(ref, first)} then ${columnOf(ref, second)} else ${columnOf(ref, first)} end`
  return orNull(field.type, `(select ${object} from "${model}" ${to.alias} where ${columnOf(to, 'id')} = ${id})`)
}

/** Returns the direction of a link, seen from the parent row. */
export const compileLinkDirection = ({ first }: PlanOf<'linkDirection'>, ref: TableRef): JsonSql =>
  jsonOf(`case when ${isOutgoing(ref, first)} then '"OUTGOING"' else '"INCOMING"' end`)

function isOutgoing(ref: TableRef, first: string): string {
  if (!ref.parent) throw new Error('A link has a direction only in the list of a record.')
  return `${columnOf(ref, first)} = ${columnOf(ref.parent, 'id')}`
}
