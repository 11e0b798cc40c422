// Field plans: where in the database the answer of a field comes from. The helpers that declare a field write its plan into
// the field's extensions; both the Prisma resolver and the SQL of a prepared document follow from it.
import type { GraphQLField, GraphQLInterfaceType } from 'graphql'
import type { Scope } from '../domain/scope.ts'
import { type Condition, simplify } from './condition.ts'
import type { JoinedRows } from './joined-rows.ts'
import type { Page, SortKey } from './page.ts'
import { exposedColumn, exposedRelation } from './pothos-extensions.ts'
import type { Search } from './search.ts'
import type { StatementNames } from './table-ref.ts'

/** The arguments of a field, as its plan uses them. */
export interface PlanArguments {
  /** On the rows of each relation that the field reads; for a page, the second is the bound that its cursors set. */
  conditions: readonly Condition[]
  page?: Page
  /** The search by which the rows are found. */
  search?: Search
  /** Whether a page's rows are filtered, beyond what its list keeps anyway. */
  isFiltered?: boolean
  /** The most rows of a plain list. */
  limit?: number
  /** What rows are counted by. */
  facets?: readonly string[]
  /** The types of the records asked for by their global ids, one for each condition. */
  typeNames?: readonly string[]
}

/** A method, so that what declares it may name the arguments that the field has. */
type BindArguments = { bindArguments(args: object): PlanArguments }['bindArguments']

/** How join rows lead to the nodes of a list. */
export interface NodeJoin {
  /** The join row's relation to the node. */
  relation: string
  /** The join row's column with the node's id. */
  id: string
}

/** Which rows a list reads: those of a model, as `on` ties them to the row from which the list is reached, or of a relation. */
export type RowSource =
  | { model: string; parentCondition?: Condition; join?: NodeJoin }
  | { relation: string; join?: NodeJoin }

/** What the query of a field is written with. */
export interface SqlPlanContext {
  planArguments: PlanArguments
  names: StatementNames
  /** The rows of a source, seen from the record that the field belongs to, and the condition that ties them to it. */
  rowsOf(source: RowSource): { rows: JoinedRows; parentCondition: string }
  /** Of a field of a connection: the connection's rows on all its pages, and the condition that they meet. */
  completeList?: () => { rows: JoinedRows; where: string }
}

export type FieldPlan =
  /** A column; `relation` leads to the row that holds it. A column of objects is a jsonb array. */
  | { kind: 'column'; column: string; relation?: string }
  /** A fuzzy date, by the start of its columns' names. */
  | { kind: 'fuzzyDate'; prefix: string; relation?: string }
  /** The record that to-one relations lead to, one after the other. */
  | { kind: 'relatedRecord'; path: readonly [string, ...string[]] }
  /** Of two relations the one that does not lead back to the row from which this one was reached; else the second. */
  | { kind: 'otherEnd'; ends: readonly [string, string] }
  /** A column of the first row of a relation that meets a condition; without one, or a row, the column `otherwise`. */
  | {
      kind: 'lookup'
      relation: string
      column: string
      order: readonly SortKey[]
      fallback?: string
      bindArguments: BindArguments
    }
  /** A plain list of the rows of relations, or of what those lead to. */
  | {
      kind: 'list'
      parts: readonly { relation: string; join?: string }[]
      order: readonly SortKey[]
      bindArguments: BindArguments
    }
  | { kind: 'connection'; source: RowSource; bindArguments: BindArguments }
  /** One record of a model by a condition; one that was merged leads to its survivor. */
  | { kind: 'recordByKey'; model: string; base: Condition; bindArguments: BindArguments }
  /** Records of any types by their global ids: a list of them, or the first. */
  | { kind: 'recordsById'; isList: boolean; bindArguments: BindArguments }
  /** The records of a model that columns of the row lead to, in their order. */
  | { kind: 'recordsByColumns'; model: string; columns: readonly string[] }
  /**
   * The rows of a query that the field's concept writes, in the order of the query: all of them, or the first where the field
   * is no list. Without a query there are none. Its columns are the fields of the field's type. `scope` is what a caller needs.
   */
  | { kind: 'sql'; rows: (context: SqlPlanContext) => string | undefined; scope?: Scope; bindArguments: BindArguments }

/** The kinds of an interface's records: the column that tells them, and the type of each. */
export interface InterfaceKinds {
  column: string
  types: Record<string, string>
}

/** A field's plan as it was declared, or as Pothos knows it. */
export function fieldPlanOf(field: GraphQLField<unknown, unknown>): FieldPlan | undefined {
  const { fieldPlan } = field.extensions as { fieldPlan?: FieldPlan }
  if (fieldPlan) return fieldPlan
  const column = exposedColumn(field)
  if (column) return { kind: 'column', column }
  const relation = exposedRelation(field)
  return relation === undefined ? undefined : { kind: 'relatedRecord', path: [relation] }
}

export const kindsOf = ({ extensions }: GraphQLInterfaceType): InterfaceKinds | undefined =>
  extensions.kinds as InterfaceKinds | undefined

/** Plan arguments whose conditions are simplified. */
export const planArguments = (
  conditions: readonly Condition[],
  rest: Omit<PlanArguments, 'conditions'> = {},
): PlanArguments => ({
  conditions: conditions.map(simplify),
  ...rest,
})
