// Helpers that declare fields of a Prisma model: columns of related rows, related records, fuzzy dates, lookups and plain lists. Each
// helper makes the Prisma resolver, and writes the field plan to the extensions of the field.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { reads } from '../../db/client.ts'
import type { DateSense } from '../../domain/date-label.ts'
import type { Condition } from '../../query/condition.ts'
import { type FieldPlan, type PlanArguments, planArguments, type SqlPlanContext } from '../../query/field-plan.ts'
import { knowledgeArguments, knowledgeCondition, knowledgeOf } from '../../query/knowledge.ts'
import { ascending, type LoadedRow, prismaOrder, requirePageSize, type SortKey } from '../../query/page.ts'
import { modelField } from '../../query/prisma-model.ts'
import { toPrismaWhere } from '../../query/prisma-where.ts'
import { asCallerError } from '../../query/statement-error.ts'
import { columnOf } from '../../query/table-ref.ts'
import { FuzzyDate, fuzzyDateOf, fuzzyDateSuffixes } from '../fuzzy-date.ts'
import { batched } from './batched.ts'
import { type ArgBuilder, untyped as given, type ModelFields, type PothosField, type TypeRef } from './pothos.ts'

type NestedQuery = (query?: object) => object
type SelectColumns = { of(args: object, context: object, nested: NestedQuery): object }['of']

/** The declaration of a field. Pothos's own option types are too complex to pass between functions. */
interface FieldDeclaration {
  type: unknown
  nullable: boolean
  description: string | undefined
  args?: object
  fieldPlan: FieldPlan
  select: object | SelectColumns
  resolve(row: LoadedRow, args: object, context: object, info: GraphQLResolveInfo): unknown
}

function declareField<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  { fieldPlan, ...options }: FieldDeclaration,
): PothosField {
  return t.field(given({ ...options, extensions: { fieldPlan } })) as PothosField
}

/** Declares a field for a column of a related row. Its description and nullability are those of the Prisma model. */
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

/** Declares a field for the record at the end of a path of to-one relations, or null. */
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
    resolve: (row) => path.reduce<unknown>((record, relation) => (record as LoadedRow | null)?.[relation] ?? null, row),
  })
}

/**
 * Declares a field for the fuzzy date in the columns with a prefix, of the row itself or of a related row. The sense is that of its
 * label.
 */
export function fuzzyDate<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  prefix: string,
  options: { description: string; sense: DateSense; relation?: M['RelationName'] & string },
): PothosField {
  const { relation, description, sense } = options
  const model = relation ? modelField(t.model, relation).type : t.model
  const names = [...fuzzyDateSuffixes.map((suffix) => prefix + suffix), ...(sense === 'event' ? ['status'] : [])]
  const columns = Object.fromEntries(names.map((name) => [modelField(model, name).name, true]))
  return declareField(t, {
    type: FuzzyDate,
    nullable: !modelField(model, `${prefix}Precision`).isRequired,
    description,
    fieldPlan: { kind: 'fuzzyDate', prefix, sense, relation },
    select: relation ? { [relation]: { select: columns } } : columns,
    resolve: (row) => {
      const record = relation ? (row[relation] as LoadedRow | null) : row
      return record && fuzzyDateOf(record, prefix, sense)
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
  /** Returns the condition on the rows of the relation; undefined to use the fallback. */
  where(args: object): Condition | undefined
  /** The order of the rows. The first row is read. */
  order: readonly SortKey[]
  /** The column of the record that is used if no row matches. Default: null. */
  fallback?: string
}

/** Declares a field for a column of the first row of a relation that matches a condition. */
export function lookup<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  options: LookupOptions<M>,
): PothosField {
  const { type, nullable, description, args, relation, column, where, order, fallback } = options
  const bindArguments = (args: object) => planArguments([where(args) ?? []].flat())
  return declareField(t, {
    type,
    nullable,
    description,
    args,
    fieldPlan: { kind: 'lookup', relation, column, order, fallback, bindArguments },
    select: (args) => {
      const [condition] = bindArguments(args).conditions
      const fallbackColumn = fallback ? { [fallback]: true } : {}
      if (!condition) return fallbackColumn
      const rows = { where: toPrismaWhere(condition), orderBy: prismaOrder(order), take: 1, select: { [column]: true } }
      return { ...fallbackColumn, [relation]: rows }
    },
    resolve: (row, args) => {
      const rows = where(args) ? (row[relation] as LoadedRow[]) : []
      return rows[0]?.[column] ?? (fallback ? row[fallback] : null)
    },
  })
}

interface ValueOfDayOptions {
  type: unknown
  description: string
  /** The SQL function that returns a row for each record, with the value on a day. */
  function: string
  /** The column of these rows with the id of the record. */
  key: string
  /** The column of these rows with the value. */
  column: string
  /** The value if there is no row: the record was not known. */
  unless: string
}

interface DayArgs {
  date: Date
  knownAt?: Date | null
}

/** The argument `knownAt`. */
export const knownAtArg = (t: object) => ({
  knownAt: (t as ArgBuilder).arg({
    type: 'DateTime',
    description:
      'Answers by what this database knew at this time: what was committed at or before it. Default: what it knows now. A time before it recorded that is refused with KNOWN_AT_TOO_EARLY.',
  }),
})

/** Declares a field with the arguments `date` and `knownAt`: the value of a record on a day by what was known, from an SQL function. */
export function valueOfDay<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  { type, description, function: name, key, column, unless }: ValueOfDayOptions,
): PothosField {
  const bindArguments = ({ date, knownAt }: DayArgs) => planArguments([], { knowledge: knowledgeOf(date, knownAt) })
  const rows = ({ planArguments: { knowledge }, names, rowsOf }: SqlPlanContext) => {
    if (!knowledge) return undefined
    const record = rowsOf({ model: t.model, parentCondition: { column: 'id', parentColumn: 'id' } })
    return `select coalesce(v."${column}", '${unless}') as value ${record.rows.fromClause}
      left join ${name}(${knowledgeArguments(knowledge, names)}) v on v."${key}" = ${columnOf(record.rows.ref, 'id')}
      where ${record.parentCondition} and ${knowledgeCondition(knowledge, names)}`
  }
  const statement = `select "${key}"::text as id, "${column}" as value from ${name}($1::date, $2::timestamptz)
    where "${key}" = any($3::uuid[]) and (select require_known($2::timestamptz))`
  return declareField(t, {
    type,
    nullable: false,
    description,
    args: {
      date: (given(t) as ArgBuilder).arg({ type: 'Date', required: true, description: 'The day.' }),
      ...knownAtArg(t),
    },
    fieldPlan: { kind: 'sql', rows, bindArguments },
    select: { id: true },
    resolve: async ({ id }, { date, knownAt }: DayArgs, context) => {
      const key = `${statement} ${date.getTime()} ${knownAt?.getTime()}`
      const value = await batched(context, key, String(id), async (ids) => {
        const found = await reads
          .$queryRawUnsafe<{ id: string; value: unknown }[]>(statement, date, knownAt ?? null, ids)
          .catch(asCallerError)
        return new Map(found.map((each) => [each.id, each.value]))
      })
      return value ?? unless
    },
  })
}

interface ListOptions {
  description: string
  /** Default: by id. */
  order?: readonly SortKey[]
}

/** Declares a plain list of values of which the model allows few. It returns the first 50, at most 100. */
export function list<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  relation: M['ListRelations'] & string,
  type: TypeRef,
  { description, order = ascending('id') }: ListOptions,
): PothosField {
  const bindArguments = ({ first }: { first?: number | null }): PlanArguments =>
    planArguments([], { limit: requirePageSize('first', first ?? 50) })
  return declareField(t, {
    type: [type],
    nullable: false,
    description,
    args: {
      first: (given(t) as { arg: { int(options: object): unknown } }).arg.int({
        description: 'The maximum number of values: 1 to 100. Default: 50.',
      }),
    },
    fieldPlan: { kind: 'list', relation, order, bindArguments },
    select: (args, _context, nested) => ({
      [relation]: nested({ orderBy: prismaOrder(order), take: bindArguments(args).limit }),
    }),
    resolve: (row) => row[relation],
  })
}
