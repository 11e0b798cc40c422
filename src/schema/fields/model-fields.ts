// Fields that say once what they are: a column of a related row, a fuzzy date, a short list. Each makes the Prisma resolver,
// and writes the field's plan down for the SQL of prepared documents.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import { UserError } from '../../domain/errors.ts'
import { all, alwaysTrue, type Condition } from '../../query/condition.ts'
import { type FieldPlan, type PlanArguments, planArguments } from '../../query/field-plan.ts'
import { ascending, type LoadedRow, prismaOrder, type SortKey } from '../../query/page.ts'
import { modelField, relationColumns } from '../../query/prisma-model.ts'
import { toPrismaWhere } from '../../query/prisma-where.ts'
import { FuzzyDate, fuzzyDateOf, fuzzyDateSuffixes } from '../fuzzy-date.ts'
import { untyped as given, type ModelFields, type PothosField, type TypeRef } from './pothos.ts'

type NestedQuery = (query?: object) => object
type SelectColumns = { of(args: object, context: object, nested: NestedQuery): object }['of']

/** What a field of a model is made of; Pothos's own option types are too deep to hand on. */
interface FieldDeclaration {
  type: unknown
  nullable: boolean
  description: string | undefined
  args?: object
  fieldPlan: FieldPlan
  select: object | SelectColumns
  resolve(row: LoadedRow, args: object): unknown
}

function declareField<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  { fieldPlan, ...options }: FieldDeclaration,
): PothosField {
  return t.field(given({ ...options, extensions: { fieldPlan } })) as PothosField
}

/** A column of the row that a to-one relation leads to. */
export function relatedColumn<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  relation: M['RelationName'] & string,
  column: string,
  type: unknown = 'String',
): PothosField {
  const { isRequired, documentation } = modelField(modelField(t.model, relation).type, column)
  return declareField(t, {
    type,
    nullable: !isRequired,
    description: documentation,
    fieldPlan: { kind: 'column', column, relation },
    select: { [relation]: { select: { [column]: true } } },
    resolve: (row) => (row[relation] as LoadedRow | null)?.[column] ?? null,
  })
}

/** The record that one to-one relation after the other leads to, or null. */
export function relatedRecord<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  path: readonly [M['RelationName'] & string, ...string[]],
  type: TypeRef,
  description: string,
): PothosField {
  return declareField(t, {
    type,
    nullable: true,
    description,
    fieldPlan: { kind: 'relatedRecord', path },
    select: (_args, _context, nested) =>
      path.reduceRight<object>(
        (inner, name, i) => ({ [name]: i < path.length - 1 ? { select: inner } : inner }),
        nested(),
      ),
    resolve: (row) => path.reduce<unknown>((at, relation) => (at as LoadedRow | null)?.[relation] ?? null, row),
  })
}

/** The other end of a link: seen from the record whose links were asked for, else the second of the ends. */
export function otherEnd<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  ends: readonly [M['RelationName'] & string, M['RelationName'] & string],
  type: TypeRef,
  description: string,
): PothosField {
  const [first, second] = ends
  const { ownColumn } = relationColumns(t.model, second)
  return declareField(t, {
    type,
    nullable: false,
    description,
    fieldPlan: { kind: 'otherEnd', ends },
    select: (_args, _context, nested) => ({ [first]: nested(), [second]: nested(), [ownColumn]: true }),
    resolve: (row) => row[row.seenFrom === row[ownColumn] ? first : second],
  })
}

/** A fuzzy date by the start of its columns' names; `relation` leads to the row that holds them. */
export function fuzzyDate<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  prefix: string,
  options: { description: string; relation?: M['RelationName'] & string },
): PothosField {
  const { relation, description } = options
  const model = relation ? modelField(t.model, relation).type : t.model
  const columns = Object.fromEntries(fuzzyDateSuffixes.map((part) => [modelField(model, prefix + part).name, true]))
  return declareField(t, {
    type: FuzzyDate,
    nullable: !modelField(model, `${prefix}Precision`).isRequired,
    description,
    fieldPlan: { kind: 'fuzzyDate', prefix, relation },
    select: relation ? { [relation]: { select: columns } } : columns,
    resolve: (row) => {
      const holder = relation ? (row[relation] as LoadedRow | null) : row
      return holder && fuzzyDateOf(holder, prefix)
    },
  })
}

interface LookupOptions<M extends PrismaModelTypes> {
  type: unknown
  nullable: boolean
  description: string
  args: object
  relation: M['ListRelations'] & string
  column: string
  /** Which of the relation's rows to read; undefined for none. */
  where(args: object): Condition | undefined
  /** The row that comes first is read. */
  order: readonly SortKey[]
  /** The column of the record itself that answers where no row does. */
  fallback?: string
}

/** A column of the first of a relation's rows that meet a condition. */
export function lookup<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  options: LookupOptions<M>,
): PothosField {
  const { type, nullable, description, args, relation, column, where, order, fallback: otherwise } = options
  const bindArguments = (args: object) => planArguments([where(args) ?? []].flat())
  return declareField(t, {
    type,
    nullable,
    description,
    args,
    fieldPlan: { kind: 'lookup', relation, column, order, fallback: otherwise, bindArguments },
    select: (args) => {
      const [condition] = bindArguments(args).conditions
      const own = otherwise ? { [otherwise]: true } : {}
      if (!condition) return own
      const rows = { where: toPrismaWhere(condition), orderBy: prismaOrder(order), take: 1, select: { [column]: true } }
      return { ...own, [relation]: rows }
    },
    resolve: (row, args) => {
      const rows = where(args) ? (row[relation] as LoadedRow[]) : []
      return rows[0]?.[column] ?? (otherwise ? row[otherwise] : null)
    },
  })
}

/** One of the relations whose rows make up a list. */
interface ListPart<M extends PrismaModelTypes> {
  relation: M['ListRelations'] & string
  /** From a join row to what is listed. */
  join?: string
  /** What holds of the rows that are listed. */
  where?: Condition
}

interface ListOptions {
  description: string
  /** By their ids without it. */
  order?: readonly SortKey[]
  /** Further arguments, and the condition that they make on the rows. */
  args?: object
  condition?(args: object): Condition
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
): PothosField {
  const { description, order = ascending('id'), args: more, condition } = options
  const sources = [parts].flat() as ListPart<M>[]
  const bindArguments = (args: FirstArg): PlanArguments => {
    const asked = condition?.(args) ?? alwaysTrue
    const conditions = sources.map(({ where = alwaysTrue }) => all(where, asked))
    return planArguments(conditions, { limit: sizeOf(args) })
  }
  return declareField(t, {
    type: [type],
    nullable: false,
    description,
    args: { ...firstArg(given(t)), ...more },
    fieldPlan: { kind: 'list', parts: sources, order, bindArguments },
    select: (args, _context, nested) => {
      const { conditions, limit: size } = bindArguments(args)
      const relations = sources.map(({ relation, join }, i) => {
        const rows = { where: toPrismaWhere(conditions[i] ?? alwaysTrue), orderBy: prismaOrder(order), take: size }
        return [relation, join ? { ...rows, select: { [join]: nested() } } : nested(rows)]
      })
      return Object.fromEntries(relations)
    },
    resolve: (row, args: FirstArg) => {
      const rows = sources.flatMap(({ relation, join }) =>
        (row[relation] as LoadedRow[]).map((each) => (join ? (each[join] as LoadedRow) : each)),
      )
      if (sources.length === 1) return rows
      return rows
        .map((each) => Object.assign(each, { seenFrom: row.id }))
        .sort(byId)
        .slice(0, sizeOf(args))
    },
  })
}

const byId = (a: LoadedRow, b: LoadedRow) => (String(a.id) < String(b.id) ? -1 : 1)

interface FirstArg {
  first?: number | null
}

const firstArg = (t: { arg: { int(options: object): unknown } }) => ({
  first: t.arg.int({ description: 'The maximum number of records: 1 to 100. Default: 50.' }),
})

function sizeOf({ first }: FirstArg): number {
  const size = first ?? 50
  if (size < 1 || size > 100)
    throw new UserError(`first must be from 1 to 100, but is ${size}: pass a number in this range.`)
  return size
}
