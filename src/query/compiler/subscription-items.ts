// Compiles a subscription to one statement that renders many changes. The statement returns a row for each record, with the JSON
// texts of the selected fields.
import { type GraphQLLeafType, type GraphQLObjectType, getNamedType } from 'graphql'
import { fieldPlanOf } from '../field-plan.ts'
import { NotCompilable } from '../not-compilable.ts'
import { statementName } from '../prepared/prepared-documents.ts'
import { primaryKeyOf } from '../prisma-model.ts'
import type { TableRef } from '../table-ref.ts'
import { Compiler } from './compile.ts'
import { toSqlText } from './json-sql.ts'
import { type CompilableOperation, type SelectedField, selectedFields, selectedRootFields } from './selection.ts'

/**
 * The Prisma model of the rows from which the items of a subscription are rendered, and the field of an item that returns the row.
 * Without a field, the row is the item itself.
 */
export interface ItemRecord {
  field?: string
  model: string
}

/** A row of the statement: the primary key of the row, and the JSON text of each selection; null if a non-null value is missing. */
export type ItemRow = readonly [id: string, ...texts: (string | null)[]]

/** A compiled subscription: the statement that reads the rows, and the function that writes the JSON text of an item. */
export interface CompiledItems {
  /** Returns the statement that reads the rows with these keys. Undefined if no row is selected. */
  statement: ((ids: readonly string[]) => { name: string; text: string; values: unknown[] }) | undefined
  /**
   * Returns the JSON text of `data`. `item` has the values that are not columns of the record. Returns undefined if the row is
   * missing or has a null text.
   */
  print(item: object, row: ItemRow | undefined): string | undefined
}

/** A part of the JSON text: a constant, a column of the row, or a property of the item. */
type TextPart = string | { column: number } | { property: string; type: GraphQLLeafType }

/** Compiles a subscription. Throws NotCompilable if a part of it has no SQL, and a UserError if its arguments are not valid. */
export function compileItems(operation: CompilableOperation, record: ItemRecord): CompiledItems {
  const compiler = new Compiler(operation)
  const ref: TableRef = { model: record.model, alias: compiler.alias() }
  const columns: string[] = []

  function textPartOf({ name, field, fieldNodes, types: [type] }: SelectedField): TextPart {
    if (!field) return JSON.stringify(type?.name)
    const fieldType = getNamedType(field.type)
    if (name === record.field)
      return { column: columns.push(toSqlText(compiler.objectOfRow(fieldType, ref, fieldNodes))) }
    const fieldPlan = fieldPlanOf(field)
    if (fieldPlan?.kind !== 'column') throw new NotCompilable(`${type?.name}.${name}`)
    return { property: fieldPlan.column, type: fieldType as GraphQLLeafType }
  }

  function object(selection: readonly SelectedField[], value: (selected: SelectedField) => TextPart[]): TextPart[] {
    const members = selection.flatMap((selected, i): TextPart[] => [
      `${i ? ',' : ''}${JSON.stringify(selected.key)}:`,
      ...value(selected),
    ])
    return ['{', ...members, '}']
  }

  const root = operation.schema.getSubscriptionType() as GraphQLObjectType
  const parts = object(selectedRootFields(operation, root), ({ name, field, fieldNodes }) => {
    if (!field) throw new NotCompilable(`${root.name}.${name}`)
    if (record.field === undefined)
      return [{ column: columns.push(toSqlText(compiler.objectOfRow(getNamedType(field.type), ref, fieldNodes))) }]
    const type = getNamedType(field.type) as GraphQLObjectType
    return object(selectedFields(operation, type, fieldNodes), (selected) => [textPartOf(selected)])
  })
  if (compiler.scopes.size > 0) throw new NotCompilable('a field that needs a scope')
  return {
    statement: columns.length > 0 ? statementOf(compiler, ref, columns) : undefined,
    print: (item, row) => {
      const texts = parts.map((part) => textOf(part, item, row))
      return texts.includes(null) ? undefined : texts.join('')
    },
  }
}

function statementOf({ boundSites, parameters }: Compiler, { model, alias }: TableRef, columns: readonly string[]) {
  const boundValues = boundSites.flatMap(({ boundArguments: { values } }) => values)
  const values = [...parameters.keys()].map((index) => boundValues[index])
  const key = `${alias}."${primaryKeyOf(model)}"`
  const text = `select ${key}, ${columns.join(', ')} from "${model}" ${alias} where ${key} = any($${values.length + 1})`
  const name = statementName(text)
  return (ids: readonly string[]) => ({ name, text, values: [...values, ids] })
}

function textOf(part: TextPart, item: object, row: ItemRow | undefined): string | null {
  if (typeof part === 'string') return part
  if ('column' in part) return row?.[part.column] ?? null
  return JSON.stringify(part.type.serialize((item as Record<string, unknown>)[part.property]))
}
