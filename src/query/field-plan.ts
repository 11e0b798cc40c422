// Field plans: how the value of a field is read from the database. The helpers in src/schema/fields declare a field, and write its
// plan to the extensions of the field. The Prisma resolver and the SQL of a prepared document both follow the plan.

import type { GraphQLField, GraphQLInterfaceType, GraphQLUnionType } from 'graphql'
import type { DateSense } from '../domain/date-label.ts'
import type { Scope } from '../domain/scope.ts'
import { type Condition, simplify } from './condition.ts'
import type { JoinedRows } from './joined-rows.ts'
import type { Knowledge } from './knowledge.ts'
import type { Page, SortKey } from './page.ts'
import { exposedColumn, exposedRelation } from './pothos-extensions.ts'
import type { Search, SearchBox } from './search.ts'
import type { StatementNames } from './table-ref.ts'

/** The arguments of a field, in the form in which its plan uses them. */
export interface PlanArguments {
  /**
   * A connection has two: the filter, and the bound of its cursors. `nodes` has one for its keys, and one for each of `typeNames`. Other fields have as many as their SQL uses.
   */
  conditions: readonly Condition[]
  page?: Page
  /** The search that selects the rows. */
  search?: Search
  /** The search whose found records are the rows. */
  searchBox?: SearchBox
  /** Whether the caller passed a filter or a search to a connection. */
  isFiltered?: boolean
  /** The maximum number of rows of a plain list. */
  limit?: number
  /** The properties by which rows are counted. */
  facets?: readonly string[]
  /** The length of the intervals by which rows are counted, as a field of PostgreSQL's date_trunc. */
  interval?: string
  /** The object types in the global ids. A type without a table is named for each of its ids, any other type once. */
  typeNames?: readonly string[]
  /** The day, and the time whose knowledge counts. */
  knowledge?: Knowledge
}

/** Turns the arguments of a field into plan arguments. A method, so that a declaration can have a narrower parameter type. */
type BindArguments = { bindArguments(args: object): PlanArguments }['bindArguments']

/** The join of a list whose rows are rows of a join table: from a join row to the node. */
export interface NodeJoin {
  /** The relation of the join row to the node. */
  relation: string
  /** The column of the join row with the id of the node. */
  id: string
}

/**
 * The rows that a list reads: the rows of a model, or of a relation of the parent row. `parentCondition` selects the rows of a
 * model that belong to the parent row. Default: all rows. `rowFunction` is the SQL function that returns the rows for a day by what was
 * known. Default: the table of the model. With `searchBox`, the rows are the records that the search of the arguments finds.
 */
export type RowSource =
  | { model: string; parentCondition?: Condition; join?: NodeJoin; rowFunction?: string }
  | { relation: string; join?: NodeJoin }
  | { searchBox: true }

/** The input of a function that writes the query of a field. */
export interface SqlPlanContext {
  planArguments: PlanArguments
  names: StatementNames
  /** Returns the rows of a source, and the condition that selects those of the record to which the field belongs. */
  rowsOf(source: RowSource): { rows: JoinedRows; parentCondition: string }
  /** Returns the SQL of the id of the record to which the field belongs. */
  recordId(): string
  /** For a field of a connection: returns the rows of the connection on all pages, and their condition. */
  completeList?: () => { rows: JoinedRows; where: string }
}

/** A type whose objects have global ids but no table: the query of the rows with some keys. Their column `id` has the key. */
export interface NodeRows {
  /** `keys` is a comparison with the list of keys. */
  rows(keys: Condition, names: StatementNames): string
}

/** How the value of a field is read. Each kind of plan corresponds to a helper in src/schema/fields. */
export type FieldPlan =
  /**
   * A column of the row, or of the row that the to-one relation leads to. If the field returns objects, a jsonb array. `scope` is the
   * scope that the caller needs.
   */
  | { kind: 'column'; column: string; relation?: string; scope?: Scope }
  /** The result of an SQL function of the row. If the field returns objects, the rows that the function returns, in their order. */
  | { kind: 'functionOfRow'; name: string }
  /**
   * A fuzzy date: the columns with this prefix, of the row or of the row that the to-one relation leads to. In the sense `event`, the
   * label also depends on the column `status`.
   */
  | { kind: 'fuzzyDate'; prefix: string; sense: DateSense; relation?: string }
  /** The record at the end of a path of to-one relations. */
  | { kind: 'relatedRecord'; path: readonly [string, ...string[]] }
  /** A record of a union: the one at the only one of these to-one relations that is set, each with its type. */
  | { kind: 'relatedUnion'; relations: Readonly<Record<string, string>> }
  /** On an edge: the record of a model whose id is in one of two columns, the one that does not have the id of the parent row. */
  | { kind: 'otherEnd'; first: string; second: string; model: string }
  /** On an edge: OUTGOING if the column `first` has the id of the parent row, else INCOMING. */
  | { kind: 'linkDirection'; first: string }
  /**
   * A column of the first row of a relation that matches a condition. The column `fallback` of the row itself is used if there is
   * no condition or no such row. Default fallback: null.
   */
  | {
      kind: 'lookup'
      relation: string
      column: string
      order: readonly SortKey[]
      fallback?: string
      bindArguments: BindArguments
    }
  /** A plain list of the rows of a relation. */
  | {
      kind: 'list'
      relation: string
      order: readonly SortKey[]
      bindArguments: BindArguments
    }
  /** A page of rows. */
  | { kind: 'connection'; source: RowSource; bindArguments: BindArguments }
  /** The record that matches a condition, or its survivor if it was merged. The survivor must match `base`. */
  | { kind: 'recordByKey'; model: string; base: Condition; bindArguments: BindArguments }
  /** The record with a global id, of any type. `nodeRows` has the types without a table. */
  | { kind: 'recordById'; nodeRows: ReadonlyMap<string, NodeRows>; bindArguments: BindArguments }
  /** The records with global ids, of any types, in their order, with null for an unknown id. */
  | { kind: 'recordsByIds'; nodeRows: ReadonlyMap<string, NodeRows>; bindArguments: BindArguments }
  /** The records of a model whose ids are columns of the row, in the order of the columns; only the first one, or null, if the field is not a list. */
  | { kind: 'recordsByColumns'; model: string; columns: readonly string[] }
  /** The records of a model whose ids are in a column with an array, in the order of the array. */
  | { kind: 'recordsByArray'; model: string; column: string }
  /**
   * The rows of a query, in its order; only the first row if the field is not a list. `rows` returns the query, or undefined for no
   * rows. The columns of the query are the fields of the field's type; a scalar or an enum is its column `value`. `scope` is the scope
   * that the caller needs. `model` is the model whose columns and relations the rows have. Default: they have no relations.
   * `missing` is the error of a field that is not a list if there is no row. Default: null.
   */
  | {
      kind: 'sql'
      rows: (context: SqlPlanContext) => string | undefined
      model?: string
      scope?: Scope
      missing?: string
      bindArguments: BindArguments
    }

/** The field plan of a kind. */
export type PlanOf<K extends FieldPlan['kind']> = Extract<FieldPlan, { kind: K }>

/** The object types of an interface whose records share a table: the column with the kind, and the object type of each kind. */
export interface InterfaceKinds {
  column: string
  types: Record<string, string>
}

/** The records of a union, as rows with the kind and the id of a record: the column with the kind, and the kinds of each model's type. */
export interface UnionRecords {
  column: string
  types: Readonly<Record<string, readonly string[]>>
}

/** Returns the declared plan of a field, or the plan that follows from its Pothos extensions; undefined if there is none. */
export function fieldPlanOf(field: GraphQLField<unknown, unknown>): FieldPlan | undefined {
  const { fieldPlan } = field.extensions as { fieldPlan?: FieldPlan }
  if (fieldPlan) return fieldPlan
  const column = exposedColumn(field)
  if (column) return { kind: 'column', column }
  const relation = exposedRelation(field)
  return relation === undefined ? undefined : { kind: 'relatedRecord', path: [relation] }
}

/** Returns the kinds of an interface; undefined if its object types do not share a table. */
export const kindsOf = ({ extensions }: GraphQLInterfaceType): InterfaceKinds | undefined =>
  extensions.kinds as InterfaceKinds | undefined

/** Returns the records of a union; undefined if its rows have no kind. */
export const unionRecordsOf = ({ extensions }: GraphQLUnionType): UnionRecords | undefined =>
  extensions.unionRecords as UnionRecords | undefined

/** Returns plan arguments with simplified conditions. */
export const planArguments = (
  conditions: readonly Condition[],
  rest: Omit<PlanArguments, 'conditions'> = {},
): PlanArguments => ({
  conditions: conditions.map(simplify),
  ...rest,
})
