// One record at the root as SQL: by its keys, or by its global id. One that was merged leads to its survivor.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import { strangeId } from '../domain/id.ts'
import type { Compilation, Field } from './compilation.ts'
import { type Json, print, read } from './json.ts'
import { kindCondition } from './kind.ts'
import { kindsOf, type Meaning } from './meaning.ts'
import { hasField } from './model.ts'
import { modelOf } from './pothos.ts'
import { everything } from './predicate.ts'
import type { Nodes } from './selection.ts'
import { columnOf, type Place, toSql } from './sql.ts'

type SqlAt = (place: Place) => string

/** The record that the keys lead to, or null. */
export function recordOf(
  compiler: Compilation,
  meaning: Extract<Meaning, { is: 'one' }>,
  field: Field,
  nodes: Nodes,
): Json {
  const { model, base } = meaning
  const [condition = everything] = compiler.ask(meaning, field, nodes).question.conditions
  return survivorOf(compiler, model, {
    isMet: (at) => toSql(condition, at, compiler),
    isOfKind: (at) => toSql(base, at, compiler),
    row: (at) => compiler.row(getNamedType(field.type), at, nodes),
  })
}

/** The records of the ids in their order, each or null. */
export function recordsOf(
  compiler: Compilation,
  meaning: Extract<Meaning, { is: 'nodes' }>,
  field: Field,
  nodes: Nodes,
): Json {
  const { conditions, types = [] } = compiler.ask(meaning, field, nodes).question
  const records = types.map((name, i) => {
    const type = compiler.type(name)
    const model = modelOf(type)
    if (!model) throw strangeId()
    const isOfKind = (at: Place) => kindOf(type, at)
    return survivorOf(compiler, model, {
      isMet: (at) => `${toSql(conditions[i] ?? everything, at, compiler)} and ${isOfKind(at)}`,
      isOfKind,
      row: (at) => compiler.row(type, at, nodes),
    })
  })
  if (!meaning.many) return records[0] ?? ['null']
  return ['[', ...records.flatMap((record, i) => (i ? [',', ...record] : record)), ']']
}

interface Wanted {
  isMet: SqlAt
  /** What has to hold of the survivor as well. */
  isOfKind: SqlAt
  row: (at: Place) => Json
}

function survivorOf(compiler: Compilation, model: string, { isMet, isOfKind, row }: Wanted): Json {
  const to: Place = { model, at: compiler.alias() }
  const found = (where: string) =>
    read(`coalesce((select ${print(row(to))} from "${model}" ${to.at} where ${where}), 'null')`)
  if (!hasField(model, 'mergedIntoId')) return found(isMet(to))
  const first: Place = { model, at: compiler.alias() }
  const id = `coalesce(${columnOf(first, 'mergedIntoId')}, ${columnOf(first, 'id')})`
  const survivor = `(select ${id} from "${model}" ${first.at} where ${isMet(first)})`
  return found(`${columnOf(to, 'id')} = ${survivor} and ${isOfKind(to)}`)
}

/** The condition that a row of a model shared by several types is of the one. */
function kindOf(type: GraphQLObjectType, place: Place): string {
  for (const kinds of type.getInterfaces().map(kindsOf)) if (kinds) return kindCondition(kinds, place, [type]) ?? 'true'
  return 'true'
}
