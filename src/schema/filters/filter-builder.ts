import type { EnumRef, InputRef } from '@pothos/core'
import { readIdOf } from '../../domain/id.ts'
import { all, alwaysTrue, type Condition, type Operator, onRelated } from '../../query/condition.ts'
import { conditionOf, countedCondition, type Sort } from '../../query/list-schema.ts'
import { modelField } from '../../query/prisma-model.ts'
import type { BuilderTypes } from '../fields/pothos.ts'
import { type FuzzyDateFilter, fuzzyDateConditions, fuzzyDateInput } from './fuzzy-date-filter.ts'
import { type FilterField, inputType, listSchemaNamed, type SortField, whereInput } from './list-inputs.ts'
import type { ColumnOfType, Model, SortableColumn, TargetModel, ToManyRelation, ToOneRelation } from './model-types.ts'

/** The operator of each field of a filter input. */
const operators: Record<string, Operator> = {
  eq: '=',
  in: 'in',
  contains: 'contains',
  startsWith: 'startsWith',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  isNull: 'isNull',
  has: 'has',
  hasSome: 'hasSome',
  isEmpty: 'isEmpty',
}

/** Builds the filters and sort fields of a model. Throws if the Prisma model has no such column or relation. */
export class FilterBuilder<M extends Model> {
  private readonly model: string
  private readonly path: readonly string[]

  constructor(model: string, path: readonly string[] = []) {
    this.model = model
    this.path = path
  }

  /** Returns the builder for columns and relations of the record that a to-one relation leads to. */
  relation<R extends ToOneRelation<M>>(relation: R): FilterBuilder<TargetModel<M, R>> {
    return new FilterBuilder<TargetModel<M, R>>(modelField(this.model, relation).type, [...this.path, relation])
  }

  /** A filter on the global id. The ids must be ids of one of the types. */
  id(column: ColumnOfType<M, string>, ...types: string[]): FilterField {
    const readIds = (input: { eq?: string | null; in?: string[] | null }) => ({
      eq: input.eq == null ? null : readIdOf(types, input.eq),
      in: input.in?.map((id) => readIdOf(types, id)),
    })
    const makeInput = () =>
      inputType('IDFilter', 'Conditions on an id. All given conditions must match.', (t) => ({
        eq: t.id({ description: 'Equals this id.' }),
        in: t.idList({ description: 'Equals one of these ids.' }),
      }))
    const field = this.comparisonField(column, makeInput)
    return { ...field, toCondition: (input: Parameters<typeof readIds>[0]) => field.toCondition(readIds(input)) }
  }

  /** A filter on a text column. */
  text(column: ColumnOfType<M, string>): FilterField {
    const nullable = !modelField(this.model, column).isRequired
    const makeInput = () =>
      inputType(
        nullable ? 'OptionalTextFilter' : 'TextFilter',
        'Conditions on a text. All given conditions must match.',
        (t) => ({
          eq: t.string({ description: 'Equals this text. Case-sensitive.' }),
          in: t.stringList({ description: 'Equals one of these texts. Case-sensitive.' }),
          contains: t.string({ description: 'Contains this text. Ignores case; there are no wildcards.' }),
          startsWith: t.string({
            description: 'Starts with this text. Ignores case; there are no wildcards.',
          }),
          ...(nullable && {
            isNull: t.boolean({ description: 'True: the value is null. False: the value is not null.' }),
          }),
        }),
      )
    return this.comparisonField(column, makeInput)
  }

  /** A filter on an enum column. */
  enum<V extends string>(column: ColumnOfType<M, V>, type: EnumRef<BuilderTypes, V, V>): FilterField {
    const { type: name, isRequired } = modelField(this.model, column)
    const makeInput = () =>
      inputType(
        `${isRequired ? '' : 'Optional'}${name}Filter`,
        `Conditions on a ${name} value. All given conditions must match.`,
        (t) => ({
          eq: t.field({ type, description: 'Equals this value.' }),
          in: t.field({ type: [type], description: 'Equals one of these values.' }),
          ...(!isRequired && {
            isNull: t.boolean({ description: 'True: the value is null. False: the value is not null.' }),
          }),
        }),
      )
    return this.comparisonField(column, makeInput)
  }

  /** A filter on a column with a list of enum values. */
  enumList<V extends string>(column: ColumnOfType<M, V[]>, type: EnumRef<BuilderTypes, V, V>): FilterField {
    const makeInput = () =>
      inputType(
        `${modelField(this.model, column).type}ListFilter`,
        'Conditions on a list of values. All given conditions must match.',
        (t) => ({
          has: t.field({ type, description: 'Contains this value.' }),
          hasSome: t.field({ type: [type], description: 'Contains at least one of these values.' }),
          isEmpty: t.boolean({ description: 'True: the list is empty. False: the list is not empty.' }),
        }),
      )
    return this.comparisonField(column, makeInput)
  }

  /** A filter on a nullable column with an integer or a decimal number. */
  number(column: ColumnOfType<M, number>): FilterField {
    const kind = modelField(this.model, column).type === 'Int' ? 'Int' : 'Float'
    const makeInput = () =>
      inputType(`${kind}Filter`, 'Conditions on a number. All given conditions must match.', (t) => ({
        eq: t.field({ type: kind, description: 'Equals this value.' }),
        gt: t.field({ type: kind, description: 'Is greater than this value.' }),
        gte: t.field({ type: kind, description: 'Is greater than or equal to this value.' }),
        lt: t.field({ type: kind, description: 'Is less than this value.' }),
        lte: t.field({ type: kind, description: 'Is less than or equal to this value.' }),
        isNull: t.boolean({ description: 'True: the value is null. False: the value is not null.' }),
      }))
    return this.comparisonField(column, makeInput)
  }

  /** A filter on a column with a point in time. */
  instant(column: ColumnOfType<M, Date>): FilterField {
    const makeInput = () =>
      inputType('DateTimeFilter', 'Conditions on a point in time. All given conditions must match.', (t) => ({
        gt: t.field({ type: 'DateTime', description: 'Is later than this time.' }),
        gte: t.field({ type: 'DateTime', description: 'Is at this time or later.' }),
        lt: t.field({ type: 'DateTime', description: 'Is earlier than this time.' }),
        lte: t.field({ type: 'DateTime', description: 'Is at this time or earlier.' }),
      }))
    return this.comparisonField(column, makeInput)
  }

  /** A filter on the fuzzy date in the columns with a prefix. An empty filter matches each record that has a date. */
  fuzzyDate<P extends string>(
    prefix: `${P}Earliest` extends ColumnOfType<M, Date> ? P : never,
    description: string,
  ): FilterField {
    const precision = `${prefix}Precision`
    const isKnown: Condition = modelField(this.model, precision).isRequired
      ? alwaysTrue
      : { column: precision, operator: 'isNull', value: false }
    const toCondition = (filter: FuzzyDateFilter) =>
      onRelated(this.path, all(isKnown, ...fuzzyDateConditions(prefix, filter)))
    return { inputType: fuzzyDateInput, toCondition, description }
  }

  /** A boolean filter on the fuzzy date in the columns with a prefix. True matches a date that is null or starts in the future. */
  unsetOrFuture<P extends string>(
    prefix: `${P}Earliest` extends ColumnOfType<M, Date> ? P : never,
    description: string,
  ): FilterField {
    const [precision, earliest] = [`${prefix}Precision`, `${prefix}Earliest`]
    for (const column of [precision, earliest]) modelField(this.model, column)
    const isUnsetOrFuture: Condition = {
      any: [
        { column: precision, operator: 'isNull' },
        // A date without an earliest day is not in the future. The null check keeps the result from being unknown under NOT.
        all({ column: earliest, operator: 'isNull', value: false }, { column: earliest, operator: 'future' }),
      ],
    }
    const toCondition = (value: boolean) => onRelated(this.path, value ? isUnsetOrFuture : { not: isUnsetOrFuture })
    return { inputType: () => 'Boolean', toCondition, description }
  }

  /** A filter on the record that a to-one relation leads to. */
  toOne<R extends ToOneRelation<M>>(relation: R, listSchema: string): FilterField {
    const toCondition = (where: object): Condition =>
      onRelated([...this.path, relation], conditionOf(listSchemaNamed(listSchema), where))
    return { inputType: () => whereInput(listSchema), toCondition, description: this.descriptionOf(relation) }
  }

  /**
   * A filter on the records that a to-many relation leads to. Only records that match `visible` count. `join` is the to-one
   * relation from a join row to the record.
   */
  toMany<R extends ToManyRelation<M>>(
    relation: R,
    listSchema: string,
    join?: ToOneRelation<TargetModel<M, R>>,
    visible: Condition = alwaysTrue,
  ): FilterField {
    const makeInput = () =>
      inputType(
        `${listSchema}ListFilter`,
        `Conditions on a list of ${listSchema} records. All given conditions must match.${countedInWords(listSchema)}`,
        (t) => {
          const type = whereInput(listSchema)
          return {
            some: t.field({ type, description: 'At least one record matches.' }),
            every: t.field({ type, description: 'Every record matches. An empty list matches.' }),
            none: t.field({ type, description: 'No record matches.' }),
          }
        },
      )
    const path = join ? [join] : []
    const quantified = (quantifier: string, where: object): Condition => {
      const isCounted = all(countedCondition(listSchemaNamed(listSchema), where), visible)
      const matches = conditionOf(listSchemaNamed(listSchema), where)
      if (quantifier === 'every')
        return { relation, quantifier, where: { any: [{ not: onRelated(path, isCounted) }, onRelated(path, matches)] } }
      return { relation, quantifier: quantifier as 'some' | 'none', where: onRelated(path, all(isCounted, matches)) }
    }
    const toCondition = (value: Record<string, object | null>) =>
      onRelated(
        this.path,
        all(
          ...Object.entries(value).map(([quantifier, where]) => (where ? quantified(quantifier, where) : alwaysTrue)),
        ),
      )
    return { inputType: makeInput, toCondition, description: this.descriptionOf(relation) }
  }

  /** A sort field on a text column. */
  byText(column: SortableColumn<M, string>): SortField {
    return this.sortField(column, 'text')
  }

  /** A sort field on a date column. */
  byDay(column: SortableColumn<M, Date>): SortField {
    return this.sortField(column, 'day')
  }

  /** A sort field on a column with a point in time. */
  byInstant(column: SortableColumn<M, Date>): SortField {
    return this.sortField(column, 'instant')
  }

  private sortField(column: string, type: Sort['type']): SortField {
    return { path: this.path, column, type, description: this.descriptionOf(column) }
  }

  /** A filter whose input fields are operators on a column. */
  private comparisonField(column: string, makeInput: () => InputRef<unknown>): FilterField {
    const toCondition = (input: Record<string, unknown>) =>
      onRelated(
        this.path,
        all(
          ...Object.entries(input).flatMap(([name, value]): Condition[] => {
            const operator = operators[name]
            return value == null || !operator ? [] : [{ column, operator, value }]
          }),
        ),
      )
    return { inputType: makeInput, toCondition, description: this.descriptionOf(column) }
  }

  /** Returns the description of a column or relation in prisma/schema.prisma. */
  private descriptionOf(field: string): string {
    const { documentation } = modelField(this.model, field)
    if (!documentation) throw new Error(`${this.model}.${field} has no description in prisma/schema.prisma.`)
    return documentation
  }
}

/** Returns a sentence about the records that count, if a filter of the list has a default. */
function countedInWords(listSchema: string): string {
  const { unlessAsked } = listSchemaNamed(listSchema)
  return unlessAsked
    ? ` Each condition is about ${unlessAsked.inWords}, unless it has a condition on \`${unlessAsked.filter}\` itself.`
    : ''
}
