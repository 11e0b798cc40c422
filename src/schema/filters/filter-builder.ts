import type { EnumRef, InputRef } from '@pothos/core'
import { UserError } from '../../domain/errors.ts'
import { readIdOf } from '../../domain/id.ts'
import { all, along, type Condition, everything, type Op, type Overlap } from '../../query/condition.ts'
import { conditionOf, listCondition, type Sort } from '../../query/list-schema.ts'
import { fieldOf } from '../../query/prisma-model.ts'
import type { Types } from '../fields/pothos.ts'
import type { ColumnOf, Model, Sortable, Target, ToMany, ToOne } from './column.ts'
import { type FilterField, input, named, type SortField, whereOf } from './input.ts'

const comparisons: Record<string, Op> = {
  eq: '=',
  in: 'in',
  contains: 'contains',
  startsWith: 'startsWith',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  isNull: 'null',
  has: 'has',
  hasSome: 'overlaps',
  isEmpty: 'empty',
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
  in<R extends ToOne<M>>(relation: R): FilterBuilder<Target<M, R>> {
    return new FilterBuilder<Target<M, R>>(fieldOf(this.model, relation).type, [...this.path, relation])
  }

  /** The record's global id. */
  id(column: ColumnOf<M, string>, ...types: string[]): FilterField {
    const readIds = (asked: { eq?: string | null; in?: string[] | null }) => ({
      eq: asked.eq == null ? null : readIdOf(types, asked.eq),
      in: asked.in?.map((id) => readIdOf(types, id)),
    })
    const make = () =>
      input('IDFilter', 'Conditions on an id. All given conditions must match.', (t) => ({
        eq: t.id({ description: 'Equals this id.' }),
        in: t.idList({ description: 'Equals one of these ids.' }),
      }))
    const field = this.compare(column, make)
    return { ...field, read: (asked: Parameters<typeof readIds>[0]) => field.read(readIds(asked)) }
  }

  text(column: ColumnOf<M, string>): FilterField {
    const nullable = !fieldOf(this.model, column).isRequired
    const make = () =>
      input(
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
    return this.compare(column, make)
  }

  enum<V extends string>(column: ColumnOf<M, V>, type: EnumRef<Types, V, V>): FilterField {
    const { type: name, isRequired } = fieldOf(this.model, column)
    const make = () =>
      input(
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
    return this.compare(column, make)
  }

  enumList<V extends string>(column: ColumnOf<M, V[]>, type: EnumRef<Types, V, V>): FilterField {
    const make = () =>
      input(
        `${fieldOf(this.model, column).type}ListFilter`,
        'Conditions on a list of values. All given conditions must match.',
        (t) => ({
          has: t.field({ type, description: 'Contains this value.' }),
          hasSome: t.field({ type: [type], description: 'Contains at least one of these values.' }),
          isEmpty: t.boolean({ description: 'True: the list is empty. False: the list is not empty.' }),
        }),
      )
    return this.compare(column, make)
  }

  /** A whole or decimal number that may be missing. */
  number(column: ColumnOf<M, number>): FilterField {
    const kind = fieldOf(this.model, column).type === 'Int' ? 'Int' : 'Float'
    const make = () =>
      input(`${kind}Filter`, 'Conditions on a number. All given conditions must match.', (t) => ({
        eq: t.field({ type: kind, description: 'Equals this value.' }),
        gt: t.field({ type: kind, description: 'Is greater than this value.' }),
        gte: t.field({ type: kind, description: 'Is greater than or equal to this value.' }),
        lt: t.field({ type: kind, description: 'Is less than this value.' }),
        lte: t.field({ type: kind, description: 'Is less than or equal to this value.' }),
        isNull: t.boolean({ description: 'True: the value is null. False: the value is not null.' }),
      }))
    return this.compare(column, make)
  }

  instant(column: ColumnOf<M, Date>): FilterField {
    const make = () =>
      input('DateTimeFilter', 'Conditions on a point in time. All given conditions must match.', (t) => ({
        gt: t.field({ type: 'DateTime', description: 'Is later than this time.' }),
        gte: t.field({ type: 'DateTime', description: 'Is at this time or later.' }),
        lt: t.field({ type: 'DateTime', description: 'Is earlier than this time.' }),
        lte: t.field({ type: 'DateTime', description: 'Is at this time or earlier.' }),
      }))
    return this.compare(column, make)
  }

  /** A fuzzy date, by the start of its columns' names: kept when it can lie in the range asked for. */
  span<P extends string>(
    prefix: `${P}Earliest` extends ColumnOf<M, Date> ? P : never,
    description: string,
  ): FilterField {
    const [earliest, latest, precision] = [`${prefix}Earliest`, `${prefix}Latest`, `${prefix}Precision`]
    const said: Condition = fieldOf(this.model, precision).isRequired
      ? everything
      : { column: precision, op: 'null', value: false }
    const make = () =>
      input(
        'DateRange',
        'A range of days, both ends included. It matches each fuzzy date that may lie in the range. A fuzzy date without an earliest or latest day is unlimited on that side.',
        (t) => ({
          from: t.field({ type: 'Date', description: 'The first day of the range. Default: unlimited.' }),
          to: t.field({ type: 'Date', description: 'The last day of the range. Default: unlimited.' }),
        }),
      )
    const read = ({ from, to }: { from?: Date | null; to?: Date | null }) => {
      if (from && to && from > to) throw new UserError('The date range ends before it starts: swap from and to.')
      const overlap: Overlap = {
        earliest,
        latest,
        ...(from && { from: { column: latest, op: '>=', value: from } }),
        ...(to && { to: { column: earliest, op: '<=', value: to } }),
      }
      return along(this.path, from || to ? all(said, { overlap }) : said)
    }
    return { input: make, read, description }
  }

  /** Whether a fuzzy date, by the start of its columns' names, has not come: nothing is said of it, or it lies ahead. */
  pending<P extends string>(
    prefix: `${P}Earliest` extends ColumnOf<M, Date> ? P : never,
    description: string,
  ): FilterField {
    const [said, earliest] = [`${prefix}Precision`, `${prefix}Earliest`]
    for (const column of [said, earliest]) fieldOf(this.model, column)
    const pending: Condition = {
      any: [
        { column: said, op: 'null' },
        // An open beginning is no day to come; asked for first, it keeps a NOT from coming to nothing.
        all({ column: earliest, op: 'null', value: false }, { column: earliest, op: 'ahead' }),
      ],
    }
    const read = (asked: boolean) => along(this.path, asked ? pending : { not: pending })
    return { input: () => 'Boolean', read, description }
  }

  /** The record that a to-one relation leads to. */
  one<R extends ToOne<M>>(relation: R, listSchema: string): FilterField {
    const read = (where: object): Condition => along([...this.path, relation], conditionOf(named(listSchema), where))
    return { input: () => whereOf(listSchema), read, description: this.describe(relation) }
  }

  /** The records that a relation leads to, if they are `visible`; `join` names the relation from a join row to them. */
  many<R extends ToMany<M>>(
    relation: R,
    listSchema: string,
    join?: ToOne<Target<M, R>>,
    visible: Condition = everything,
  ): FilterField {
    const make = () =>
      input(
        `${listSchema}ListFilter`,
        `Conditions on a list of ${listSchema} records. All given conditions must match.`,
        (t) => {
          const type = whereOf(listSchema)
          return {
            some: t.field({ type, description: 'At least one record matches.' }),
            every: t.field({ type, description: 'Every record matches. An empty list matches.' }),
            none: t.field({ type, description: 'No record matches.' }),
          }
        },
      )
    const path = join ? [join] : []
    const asked = (has: string, where: object): Condition => {
      const counts = all(listCondition(named(listSchema), null), visible)
      const such = conditionOf(named(listSchema), where)
      if (has === 'every') return { relation, has, where: { any: [{ not: along(path, counts) }, along(path, such)] } }
      return { relation, has: has as 'some' | 'none', where: along(path, all(counts, such)) }
    }
    const read = (value: Record<string, object | null>) =>
      along(this.path, all(...Object.entries(value).map(([has, where]) => (where ? asked(has, where) : everything))))
    return { input: make, read, description: this.describe(relation) }
  }

  byText(column: Sortable<M, string>): SortField {
    return this.sort(column, 'text')
  }

  byDay(column: Sortable<M, Date>): SortField {
    return this.sort(column, 'day')
  }

  byInstant(column: Sortable<M, Date>): SortField {
    return this.sort(column, 'instant')
  }

  private sort(column: string, type: Sort['type']): SortField {
    return { path: this.path, column, type, description: this.describe(column) }
  }

  private compare(column: string, input: () => InputRef<unknown>): FilterField {
    const read = (asked: Record<string, unknown>) =>
      along(
        this.path,
        all(
          ...Object.entries(asked).flatMap(([name, value]): Condition[] => {
            const op = comparisons[name]
            return value == null || !op ? [] : [{ column, op, value }]
          }),
        ),
      )
    return { input, read, description: this.describe(column) }
  }

  private describe(field: string): string {
    const { documentation } = fieldOf(this.model, field)
    if (!documentation) throw new Error(`${this.model}.${field} has no description in prisma/schema.prisma.`)
    return documentation
  }
}
