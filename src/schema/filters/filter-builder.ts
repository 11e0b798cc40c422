import type { EnumRef, InputRef } from '@pothos/core'
import { UserError } from '../../domain/errors.ts'
import { readIdOf } from '../../domain/id.ts'
import { all, alwaysTrue, type Condition, type DateOverlap, type Operator, onRelated } from '../../query/condition.ts'
import { conditionOf, listCondition, type Sort } from '../../query/list-schema.ts'
import { modelField } from '../../query/prisma-model.ts'
import type { BuilderTypes } from '../fields/pothos.ts'
import { type FilterField, inputType, listSchemaNamed, type SortField, whereInput } from './list-inputs.ts'
import type { ColumnOfType, Model, SortableColumn, TargetModel, ToManyRelation, ToOneRelation } from './model-types.ts'

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

/** What one record of the model can be filtered and sorted by; every name is checked against the Prisma model. */
export class FilterBuilder<M extends Model> {
  private readonly model: string
  private readonly path: readonly string[]

  constructor(model: string, path: readonly string[] = []) {
    this.model = model
    this.path = path
  }

  /** The filters of the model that a to-one relation leads to. */
  relation<R extends ToOneRelation<M>>(relation: R): FilterBuilder<TargetModel<M, R>> {
    return new FilterBuilder<TargetModel<M, R>>(modelField(this.model, relation).type, [...this.path, relation])
  }

  /** The record's global id. */
  id(column: ColumnOfType<M, string>, ...types: string[]): FilterField {
    const readIds = (asked: { eq?: string | null; in?: string[] | null }) => ({
      eq: asked.eq == null ? null : readIdOf(types, asked.eq),
      in: asked.in?.map((id) => readIdOf(types, id)),
    })
    const make = () =>
      inputType('IDFilter', 'Conditions on an id. All given conditions must match.', (t) => ({
        eq: t.id({ description: 'Equals this id.' }),
        in: t.idList({ description: 'Equals one of these ids.' }),
      }))
    const field = this.comparisonField(column, make)
    return { ...field, toCondition: (asked: Parameters<typeof readIds>[0]) => field.toCondition(readIds(asked)) }
  }

  text(column: ColumnOfType<M, string>): FilterField {
    const nullable = !modelField(this.model, column).isRequired
    const make = () =>
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
    return this.comparisonField(column, make)
  }

  enum<V extends string>(column: ColumnOfType<M, V>, type: EnumRef<BuilderTypes, V, V>): FilterField {
    const { type: name, isRequired } = modelField(this.model, column)
    const make = () =>
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
    return this.comparisonField(column, make)
  }

  enumList<V extends string>(column: ColumnOfType<M, V[]>, type: EnumRef<BuilderTypes, V, V>): FilterField {
    const make = () =>
      inputType(
        `${modelField(this.model, column).type}ListFilter`,
        'Conditions on a list of values. All given conditions must match.',
        (t) => ({
          has: t.field({ type, description: 'Contains this value.' }),
          hasSome: t.field({ type: [type], description: 'Contains at least one of these values.' }),
          isEmpty: t.boolean({ description: 'True: the list is empty. False: the list is not empty.' }),
        }),
      )
    return this.comparisonField(column, make)
  }

  /** A whole or decimal number that may be missing. */
  number(column: ColumnOfType<M, number>): FilterField {
    const kind = modelField(this.model, column).type === 'Int' ? 'Int' : 'Float'
    const make = () =>
      inputType(`${kind}Filter`, 'Conditions on a number. All given conditions must match.', (t) => ({
        eq: t.field({ type: kind, description: 'Equals this value.' }),
        gt: t.field({ type: kind, description: 'Is greater than this value.' }),
        gte: t.field({ type: kind, description: 'Is greater than or equal to this value.' }),
        lt: t.field({ type: kind, description: 'Is less than this value.' }),
        lte: t.field({ type: kind, description: 'Is less than or equal to this value.' }),
        isNull: t.boolean({ description: 'True: the value is null. False: the value is not null.' }),
      }))
    return this.comparisonField(column, make)
  }

  instant(column: ColumnOfType<M, Date>): FilterField {
    const make = () =>
      inputType('DateTimeFilter', 'Conditions on a point in time. All given conditions must match.', (t) => ({
        gt: t.field({ type: 'DateTime', description: 'Is later than this time.' }),
        gte: t.field({ type: 'DateTime', description: 'Is at this time or later.' }),
        lt: t.field({ type: 'DateTime', description: 'Is earlier than this time.' }),
        lte: t.field({ type: 'DateTime', description: 'Is at this time or earlier.' }),
      }))
    return this.comparisonField(column, make)
  }

  /** A fuzzy date, by the start of its columns' names: kept when it can lie in the range asked for. */
  dateRange<P extends string>(
    prefix: `${P}Earliest` extends ColumnOfType<M, Date> ? P : never,
    description: string,
  ): FilterField {
    const [earliest, latest, precision] = [`${prefix}Earliest`, `${prefix}Latest`, `${prefix}Precision`]
    const said: Condition = modelField(this.model, precision).isRequired
      ? alwaysTrue
      : { column: precision, operator: 'isNull', value: false }
    const make = () =>
      inputType(
        'DateRange',
        'A range of days, both ends included. It matches each fuzzy date that may lie in the range. A fuzzy date without an earliest or latest day is unlimited on that side.',
        (t) => ({
          from: t.field({ type: 'Date', description: 'The first day of the range. Default: unlimited.' }),
          to: t.field({ type: 'Date', description: 'The last day of the range. Default: unlimited.' }),
        }),
      )
    const read = ({ from, to }: { from?: Date | null; to?: Date | null }) => {
      if (from && to && from > to) throw new UserError('The date range ends before it starts: swap from and to.')
      const overlap: DateOverlap = {
        earliest,
        latest,
        ...(from && { from: { column: latest, operator: '>=', value: from } }),
        ...(to && { to: { column: earliest, operator: '<=', value: to } }),
      }
      return onRelated(this.path, from || to ? all(said, { overlap }) : said)
    }
    return { inputType: make, toCondition: read, description }
  }

  /** Whether a fuzzy date, by the start of its columns' names, has not come: nothing is said of it, or it lies ahead. */
  unsetOrFuture<P extends string>(
    prefix: `${P}Earliest` extends ColumnOfType<M, Date> ? P : never,
    description: string,
  ): FilterField {
    const [said, earliest] = [`${prefix}Precision`, `${prefix}Earliest`]
    for (const column of [said, earliest]) modelField(this.model, column)
    const pending: Condition = {
      any: [
        { column: said, operator: 'isNull' },
        // An open beginning is no day to come; asked for first, it keeps a NOT from coming to nothing.
        all({ column: earliest, operator: 'isNull', value: false }, { column: earliest, operator: 'future' }),
      ],
    }
    const read = (asked: boolean) => onRelated(this.path, asked ? pending : { not: pending })
    return { inputType: () => 'Boolean', toCondition: read, description }
  }

  /** The record that a to-one relation leads to. */
  toOne<R extends ToOneRelation<M>>(relation: R, listSchema: string): FilterField {
    const read = (where: object): Condition =>
      onRelated([...this.path, relation], conditionOf(listSchemaNamed(listSchema), where))
    return { inputType: () => whereInput(listSchema), toCondition: read, description: this.descriptionOf(relation) }
  }

  /** The records that a relation leads to, if they are `visible`; `join` names the relation from a join row to them. */
  toMany<R extends ToManyRelation<M>>(
    relation: R,
    listSchema: string,
    join?: ToOneRelation<TargetModel<M, R>>,
    visible: Condition = alwaysTrue,
  ): FilterField {
    const make = () =>
      inputType(
        `${listSchema}ListFilter`,
        `Conditions on a list of ${listSchema} records. All given conditions must match.`,
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
    const asked = (has: string, where: object): Condition => {
      const counts = all(listCondition(listSchemaNamed(listSchema), null), visible)
      const such = conditionOf(listSchemaNamed(listSchema), where)
      if (has === 'every')
        return { relation, quantifier: has, where: { any: [{ not: onRelated(path, counts) }, onRelated(path, such)] } }
      return { relation, quantifier: has as 'some' | 'none', where: onRelated(path, all(counts, such)) }
    }
    const read = (value: Record<string, object | null>) =>
      onRelated(
        this.path,
        all(...Object.entries(value).map(([has, where]) => (where ? asked(has, where) : alwaysTrue))),
      )
    return { inputType: make, toCondition: read, description: this.descriptionOf(relation) }
  }

  byText(column: SortableColumn<M, string>): SortField {
    return this.sortField(column, 'text')
  }

  byDay(column: SortableColumn<M, Date>): SortField {
    return this.sortField(column, 'day')
  }

  byInstant(column: SortableColumn<M, Date>): SortField {
    return this.sortField(column, 'instant')
  }

  private sortField(column: string, type: Sort['type']): SortField {
    return { path: this.path, column, type, description: this.descriptionOf(column) }
  }

  private comparisonField(column: string, input: () => InputRef<unknown>): FilterField {
    const read = (asked: Record<string, unknown>) =>
      onRelated(
        this.path,
        all(
          ...Object.entries(asked).flatMap(([name, value]): Condition[] => {
            const op = operators[name]
            return value == null || !op ? [] : [{ column, operator: op, value }]
          }),
        ),
      )
    return { inputType: input, toCondition: read, description: this.descriptionOf(column) }
  }

  private descriptionOf(field: string): string {
    const { documentation } = modelField(this.model, field)
    if (!documentation) throw new Error(`${this.model}.${field} has no description in prisma/schema.prisma.`)
    return documentation
  }
}
