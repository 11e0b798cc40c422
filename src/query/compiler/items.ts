// A subscription's field as one statement that renders many changes: for each record, the JSON text of what is selected of it.
import { type GraphQLLeafType, type GraphQLObjectType, getNamedType } from 'graphql'
import { fieldPlanOf } from '../field-plan.ts'
import { NotCompilable } from '../not-compilable.ts'
import { statementName } from '../prepared/prepared-documents.ts'
import type { TableRef } from '../sql.ts'
import { Compiler } from './compile.ts'
import { print } from './json.ts'
import { type Operation, type Selected, selectedOf, selectedOfRoot } from './selection.ts'

/** The field of an item that gives the record of a change, and the Prisma model of the record. */
export interface ItemRecord {
  field: string
  model: string
}

/** A row of the statement: the record's id and the JSON text of each selection; null where a value is missing. */
export type ItemRow = readonly [id: string, ...texts: (string | null)[]]

export interface CompiledItems {
  /** The statement for the records of some ids; undefined where no record is selected. */
  statement: ((ids: readonly string[]) => { name: string; text: string; values: unknown[] }) | undefined
  /** The JSON text of `data`. `item` has the values that are not in the record. Undefined where the row lacks a text. */
  print(item: object, row: ItemRow | undefined): string | undefined
}

/** A part of the text: known, a column of the row, or a value of the item. */
type Piece = string | { column: number } | { property: string; type: GraphQLLeafType }

/** Throws NotCompilable where a part of the operation has no SQL, and an error where its arguments are wrong. */
export function compileItems(operation: Operation, record: ItemRecord): CompiledItems {
  const compiler = new Compiler(operation)
  const ref: TableRef = { model: record.model, at: compiler.alias() }
  const columns: string[] = []

  function pieceOf({ name, field, nodes, types: [type] }: Selected): Piece {
    if (!field) return JSON.stringify(type?.name)
    const fieldType = getNamedType(field.type)
    if (name === record.field) return { column: columns.push(print(compiler.row(fieldType, ref, nodes))) }
    const fieldPlan = fieldPlanOf(field)
    if (fieldPlan?.is !== 'column') throw new NotCompilable(`${type?.name}.${name}`)
    return { property: fieldPlan.column, type: fieldType as GraphQLLeafType }
  }

  function object(selection: readonly Selected[], value: (selected: Selected) => Piece[]): Piece[] {
    const members = selection.flatMap((selected, i): Piece[] => [
      `${i ? ',' : ''}${JSON.stringify(selected.key)}:`,
      ...value(selected),
    ])
    return ['{', ...members, '}']
  }

  const root = operation.schema.getSubscriptionType() as GraphQLObjectType
  const pieces = object(selectedOfRoot(operation, root), ({ name, field, nodes }) => {
    if (!field) throw new NotCompilable(`${root.name}.${name}`)
    const type = getNamedType(field.type) as GraphQLObjectType
    return object(selectedOf(operation, type, nodes), (selected) => [pieceOf(selected)])
  })
  if (compiler.scopes.size > 0) throw new NotCompilable('what needs a scope')
  return {
    statement: columns.length > 0 ? statementOf(compiler, ref, columns) : undefined,
    print: (item, row) => {
      const texts = pieces.map((piece) => textOf(piece, item, row))
      return texts.includes(null) ? undefined : texts.join('')
    },
  }
}

function statementOf({ bound, parameters }: Compiler, { model, at }: TableRef, columns: readonly string[]) {
  const all = bound.flatMap(({ bound: { values } }) => values)
  const values = [...parameters.keys()].map((index) => all[index])
  const text = `select ${at}."id", ${columns.join(', ')} from "${model}" ${at} where ${at}."id" = any($${values.length + 1})`
  const name = statementName(text)
  return (ids: readonly string[]) => ({ name, text, values: [...values, ids] })
}

function textOf(piece: Piece, item: object, row: ItemRow | undefined): string | null {
  if (typeof piece === 'string') return piece
  if ('column' in piece) return row?.[piece.column] ?? null
  return JSON.stringify(piece.type.serialize((item as Record<string, unknown>)[piece.property]))
}
