// One record at the root as SQL: by its keys, or by its global id. One that was merged leads to its survivor.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import { unknownId } from '../../domain/id.ts'
import { everything } from '../condition.ts'
import { type FieldPlan, kindsOf } from '../field-plan.ts'
import { modelOf } from '../pothos.ts'
import { hasField } from '../prisma-model.ts'
import { columnOf, type TableRef, toSql } from '../sql.ts'
import type { Compilation, Field } from './compilation.ts'
import { type Json, print, read } from './json.ts'
import { kindCondition } from './kind.ts'
import type { Nodes } from './selection.ts'

type SqlAt = (ref: TableRef) => string

/** The record that the keys lead to, or null. */
export function recordOf(
  compiler: Compilation,
  fieldPlan: Extract<FieldPlan, { is: 'one' }>,
  field: Field,
  nodes: Nodes,
): Json {
  const { model, base } = fieldPlan
  const [condition = everything] = compiler.bindArguments(fieldPlan, field, nodes).planArguments.conditions
  return survivorOf(compiler, model, {
    isMet: (at) => toSql(condition, at, compiler),
    isOfKind: (at) => toSql(base, at, compiler),
    row: (at) => compiler.row(getNamedType(field.type), at, nodes),
  })
}

/** The records of the ids in their order, each or null. */
export function recordsOf(
  compiler: Compilation,
  fieldPlan: Extract<FieldPlan, { is: 'nodes' }>,
  field: Field,
  nodes: Nodes,
): Json {
  const { conditions, types = [] } = compiler.bindArguments(fieldPlan, field, nodes).planArguments
  const records = types.map((name, i) => {
    const type = compiler.type(name)
    const model = modelOf(type)
    if (!model) throw unknownId()
    const isOfKind = (at: TableRef) => kindOf(type, at)
    return survivorOf(compiler, model, {
      isMet: (at) => `${toSql(conditions[i] ?? everything, at, compiler)} and ${isOfKind(at)}`,
      isOfKind,
      row: (at) => compiler.row(type, at, nodes),
    })
  })
  if (!fieldPlan.many) return records[0] ?? ['null']
  return ['[', ...records.flatMap((record, i) => (i ? [',', ...record] : record)), ']']
}

interface Wanted {
  isMet: SqlAt
  /** What has to hold of the survivor as well. */
  isOfKind: SqlAt
  row: (at: TableRef) => Json
}

function survivorOf(compiler: Compilation, model: string, { isMet, isOfKind, row }: Wanted): Json {
  const to: TableRef = { model, at: compiler.alias() }
  const found = (where: string) =>
    read(`coalesce((select ${print(row(to))} from "${model}" ${to.at} where ${where}), 'null')`)
  if (!hasField(model, 'mergedIntoId')) return found(isMet(to))
  const first: TableRef = { model, at: compiler.alias() }
  const id = `coalesce(${columnOf(first, 'mergedIntoId')}, ${columnOf(first, 'id')})`
  const survivor = `(select ${id} from "${model}" ${first.at} where ${isMet(first)})`
  return found(`${columnOf(to, 'id')} = ${survivor} and ${isOfKind(to)}`)
}

/** The condition that a row of a model shared by several types is of the one. */
function kindOf(type: GraphQLObjectType, ref: TableRef): string {
  for (const kinds of type.getInterfaces().map(kindsOf)) if (kinds) return kindCondition(kinds, ref, [type]) ?? 'true'
  return 'true'
}
