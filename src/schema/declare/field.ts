// Fields that say once what they are: a column of a related row, a fuzzy date, a short list. Each makes the Prisma resolver,
// and writes the field's meaning down for the SQL of prepared documents.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import { DomainError } from '../../domain/errors.ts'
import { type Meaning, type Question, question } from '../../plan/meaning.ts'
import { fieldOf, joinOf } from '../../plan/model.ts'
import { ascending, type Key, prismaOrder, type Row } from '../../plan/page.ts'
import { all, everything, type Predicate, toPrisma } from '../../plan/predicate.ts'
import { FuzzyDate, fuzzyDateOf, fuzzyDateParts } from '../fuzzy-date.ts'
import { type Field, options as given, type ModelFields, type TypeRef } from './pothos.ts'

type Nested = (query?: object) => object
type Select = { of(args: object, context: object, nested: Nested): object }['of']

/** What a field of a model is made of; Pothos's own option types are too deep to hand on. */
interface Declared {
  type: unknown
  nullable: boolean
  description: string | undefined
  args?: object
  meaning: Meaning
  select: object | Select
  resolve(row: Row, args: object): unknown
}

function declared<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  { meaning, ...options }: Declared,
): Field {
  return t.field(given({ ...options, extensions: { meaning } })) as Field
}

/** A column of the row that a to-one relation leads to. */
export function relatedColumn<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  relation: M['RelationName'] & string,
  column: string,
  type: unknown = 'String',
): Field {
  const { isRequired, documentation } = fieldOf(fieldOf(t.model, relation).type, column)
  return declared(t, {
    type,
    nullable: !isRequired,
    description: documentation,
    meaning: { is: 'column', column, relation },
    select: { [relation]: { select: { [column]: true } } },
    resolve: (row) => (row[relation] as Row | null)?.[column] ?? null,
  })
}

/** The record that one to-one relation after the other leads to, or null. */
export function relatedRecord<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  path: readonly [M['RelationName'] & string, ...string[]],
  type: TypeRef,
  description: string,
): Field {
  return declared(t, {
    type,
    nullable: true,
    description,
    meaning: { is: 'record', path },
    select: (_args, _context, nested) =>
      path.reduceRight<object>(
        (inner, name, i) => ({ [name]: i < path.length - 1 ? { select: inner } : inner }),
        nested(),
      ),
    resolve: (row) => path.reduce<unknown>((at, relation) => (at as Row | null)?.[relation] ?? null, row),
  })
}

/** The other end of a link: seen from the record whose links were asked for, else the second of the ends. */
export function otherEnd<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  ends: readonly [M['RelationName'] & string, M['RelationName'] & string],
  type: TypeRef,
  description: string,
): Field {
  const [first, second] = ends
  const { mine } = joinOf(t.model, second)
  return declared(t, {
    type,
    nullable: false,
    description,
    meaning: { is: 'otherEnd', ends },
    select: (_args, _context, nested) => ({ [first]: nested(), [second]: nested(), [mine]: true }),
    resolve: (row) => row[row.seenFrom === row[mine] ? first : second],
  })
}

/** A fuzzy date by the start of its columns' names; `relation` leads to the row that holds them. */
export function fuzzyDate<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  prefix: string,
  options: { description: string; relation?: M['RelationName'] & string },
): Field {
  const { relation, description } = options
  const model = relation ? fieldOf(t.model, relation).type : t.model
  const columns = Object.fromEntries(fuzzyDateParts.map((part) => [fieldOf(model, prefix + part).name, true]))
  return declared(t, {
    type: FuzzyDate,
    nullable: !fieldOf(model, `${prefix}Precision`).isRequired,
    description,
    meaning: { is: 'fuzzyDate', prefix, relation },
    select: relation ? { [relation]: { select: columns } } : columns,
    resolve: (row) => {
      const holder = relation ? (row[relation] as Row | null) : row
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
  where(args: object): Predicate | undefined
  /** The row that comes first is read. */
  order: readonly Key[]
  /** The column of the record itself that answers where no row does. */
  otherwise?: string
}

/** A column of the first of a relation's rows that meet a condition. */
export function lookup<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  options: LookupOptions<M>,
): Field {
  const { type, nullable, description, args, relation, column, where, order, otherwise } = options
  const ask = (args: object) => question([where(args) ?? []].flat())
  return declared(t, {
    type,
    nullable,
    description,
    args,
    meaning: { is: 'lookup', relation, column, order, otherwise, ask },
    select: (args) => {
      const [condition] = ask(args).conditions
      const own = otherwise ? { [otherwise]: true } : {}
      if (!condition) return own
      const rows = { where: toPrisma(condition), orderBy: prismaOrder(order), take: 1, select: { [column]: true } }
      return { ...own, [relation]: rows }
    },
    resolve: (row, args) => {
      const rows = where(args) ? (row[relation] as Row[]) : []
      return rows[0]?.[column] ?? (otherwise ? row[otherwise] : null)
    },
  })
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
  /** By their ids without it. */
  order?: readonly Key[]
  /** Further arguments, and the condition that they make on the rows. */
  args?: object
  condition?(args: object): Predicate
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
): Field {
  const { description, order = ascending('id'), args: more, condition } = options
  const sources = [parts].flat() as ListPart<M>[]
  const ask = (args: FirstArg): Question => {
    const asked = condition?.(args) ?? everything
    const conditions = sources.map(({ where = everything }) => all(where, asked))
    return question(conditions, { size: sizeOf(args) })
  }
  return declared(t, {
    type: [type],
    nullable: false,
    description,
    args: { ...firstArg(given(t)), ...more },
    meaning: { is: 'list', parts: sources, order, ask },
    select: (args, _context, nested) => {
      const { conditions, size } = ask(args)
      const relations = sources.map(({ relation, through }, i) => {
        const rows = { where: toPrisma(conditions[i] ?? everything), orderBy: prismaOrder(order), take: size }
        return [relation, through ? { ...rows, select: { [through]: nested() } } : nested(rows)]
      })
      return Object.fromEntries(relations)
    },
    resolve: (row, args: FirstArg) => {
      const rows = sources.flatMap(({ relation, through }) =>
        (row[relation] as Row[]).map((each) => (through ? (each[through] as Row) : each)),
      )
      if (sources.length === 1) return rows
      return rows
        .map((each) => Object.assign(each, { seenFrom: row.id }))
        .sort(byId)
        .slice(0, sizeOf(args))
    },
  })
}

const byId = (a: Row, b: Row) => (String(a.id) < String(b.id) ? -1 : 1)

interface FirstArg {
  first?: number | null
}

const firstArg = (t: { arg: { int(options: object): unknown } }) => ({
  first: t.arg.int({ description: 'The maximum number of records: 1 to 100. Default: 50.' }),
})

function sizeOf({ first }: FirstArg): number {
  const size = first ?? 50
  if (size < 1 || size > 100)
    throw new DomainError(`first must be from 1 to 100, but is ${size}: pass a number in this range.`)
  return size
}
