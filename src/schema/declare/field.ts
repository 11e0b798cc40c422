// Fields that say once what they are: a column of a related row, a fuzzy date, a short list, one record by its keys.
import type { FieldRef } from '@pothos/core'
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import { DomainError } from '../../domain/errors.ts'
import { fieldOf } from '../../plan/model.ts'
import type { Row } from '../../plan/page.ts'
import { all, everything, type Predicate, toPrisma } from '../../plan/predicate.ts'
import type { builder, SchemaTypes } from '../builder.ts'
import { FuzzyDate, fuzzyDateOf, fuzzyDateParts } from '../fuzzy-date.ts'
import type { Keys } from './key.ts'
import type { TypedTable } from './table/input.ts'

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>
type ModelFields<M extends PrismaModelTypes, S extends object> = PothosSchemaTypes.PrismaObjectFieldBuilder<Types, M, S>
type TypeRef = Parameters<typeof builder.configStore.getTypeConfig>[0]
type Nested = (query?: object) => object

/** A column of the row that a to-one relation leads to. */
export function relatedColumn<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  relation: M['RelationName'] & string,
  column: string,
  type: unknown = 'String',
): FieldRef<Types, unknown> {
  const { isRequired, documentation } = fieldOf(fieldOf(t.model, relation).type, column)
  return t.field({
    type,
    nullable: !isRequired,
    description: documentation,
    select: { [relation]: { select: { [column]: true } } },
    resolve: (row: Row) => (row[relation] as Row | null)?.[column] ?? null,
  } as never) as FieldRef<Types, unknown>
}

/** A fuzzy date by the start of its columns' names; `relation` leads to the row that holds them. */
export function fuzzyDate<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  prefix: string,
  options: { description: string; relation?: M['RelationName'] & string },
): FieldRef<Types, unknown> {
  const { relation, description } = options
  const model = relation ? fieldOf(t.model, relation).type : t.model
  const columns = Object.fromEntries(fuzzyDateParts.map((part) => [fieldOf(model, prefix + part).name, true]))
  return t.field({
    type: FuzzyDate,
    nullable: !fieldOf(model, `${prefix}Precision`).isRequired,
    description,
    select: relation ? { [relation]: { select: columns } } : columns,
    resolve: (row: Row) => {
      const holder = relation ? (row[relation] as Row | null) : row
      return holder && fuzzyDateOf(holder, prefix)
    },
  } as never) as FieldRef<Types, unknown>
}

/** One of the relations whose rows make up a list. */
interface ListPart<M extends PrismaModelTypes> {
  relation: M['ListRelations'] & string
  /** From a join row to what is listed. */
  through?: string
  /** What holds of the rows that are listed. */
  where?: Predicate
}

interface ListOptions {
  description: string
  /** Prisma's `orderBy` of the rows; by their ids without it. */
  orderBy?: object
  /** Further arguments, and the condition that they make on the rows. */
  args?: object
  condition?: (args: never) => Predicate
}

/**
 * A plain list of what one record owns and has few of: its first 50, at most 100. Where several relations make it up, the
 * rows are put in the order of their ids, and each says by `seenFrom` from which record it was reached.
 */
export function list<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  parts: ListPart<M> | readonly ListPart<M>[],
  type: TypeRef,
  options: ListOptions,
): FieldRef<Types, unknown> {
  const { description, orderBy = { id: 'asc' }, args: more, condition } = options
  const sources = [parts].flat() as ListPart<M>[]
  return t.field({
    type: [type],
    description,
    args: { ...firstArg(t as never), ...more },
    select: (args: FirstArg, _context: object, nested: Nested) =>
      Object.fromEntries(
        sources.map(({ relation, through, where = everything }) => {
          const asked = condition?.(args as never) ?? everything
          const rows = { where: toPrisma(all(where, asked)), orderBy, take: sizeOf(args) }
          return [relation, through ? { ...rows, select: { [through]: nested() } } : nested(rows)]
        }),
      ),
    resolve: (row: Row, args: FirstArg) => {
      const rows = sources.flatMap(({ relation, through }) =>
        (row[relation] as Row[]).map((each) => (through ? (each[through] as Row) : each)),
      )
      if (sources.length === 1) return rows
      return rows
        .map((each) => Object.assign(each, { seenFrom: row.id }))
        .sort(byId)
        .slice(0, sizeOf(args))
    },
  } as never) as FieldRef<Types, unknown>
}

const byId = (a: Row, b: Row) => (String(a.id) < String(b.id) ? -1 : 1)

interface FirstArg {
  first?: number | null
}

const firstArg = (t: { arg: { int(options: object): unknown } }) => ({
  first: t.arg.int({ description: 'How many at most, from 1 to 100; 50 without it.' }),
})

function sizeOf({ first }: FirstArg): number {
  const size = first ?? 50
  if (size < 1 || size > 100) throw new DomainError(`first has to be from 1 to 100, and is ${size}.`)
  return size
}

type QueryFields = PothosSchemaTypes.QueryFieldBuilder<Types, object>

interface OneOptions {
  description: string
  by: Keys
  table: TypedTable
  /** The Prisma model to read, once there is a database. */
  rows: () => unknown
}

/** One record by its keys, or null. A retracted one is given; one that was merged leads to its survivor. */
export function one(t: QueryFields, type: TypeRef, options: OneOptions): FieldRef<Types, unknown> {
  const { description, by, table, rows } = options
  return t.prismaField({
    type,
    nullable: true,
    description,
    args: { by: t.arg({ type: by.input, required: true, description: 'Which one: exactly one of its keys.' }) },
    resolve: async (query: object, _root: unknown, args: { by: Record<string, unknown> }) => {
      const model = rows() as { findFirst(query: object): Promise<Row | null> }
      const found = await model.findFirst({ ...query, where: toPrisma(all(table.base, by.condition(args.by))) })
      if (!found?.mergedIntoId) return found
      return model.findFirst({ ...query, where: { id: found.mergedIntoId } })
    },
  } as never) as FieldRef<Types, unknown>
}
