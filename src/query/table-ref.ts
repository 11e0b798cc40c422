// References to tables and columns in a statement, and the source of its aliases and parameters.
import type { Condition } from './condition.ts'
import { relationColumns } from './prisma-model.ts'

/** A reference to a table in a statement. */
export interface TableRef {
  /** The Prisma model of the table, or a name such as "Row" for a subquery. */
  model: string
  alias: string
  /** Returns the call of the function whose rows these are. Default: they are the rows of the model's table. */
  call?: () => string
  /** The tables that the statement has joined already, by their to-one relations. */
  joined?: Readonly<Record<string, TableRef>>
  /** The parent row: the row to which the list of this row belongs. */
  parent?: TableRef
}

/** The aliases and parameters of one statement. */
export interface StatementNames {
  /** Returns a new alias. */
  alias(): string
  /** Returns the parameter that holds the value of a comparison, such as "$1". */
  parameter(comparison: Condition): string
}

/** Returns the text as an SQL literal. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Returns the qualified column, such as `t1."name"`. */
export const columnOf = ({ alias }: TableRef, column: string): string => `${alias}."${column}"`

/** Returns the table that a relation leads to, under a new alias, and the condition that joins it. */
export function joinTo(
  ref: TableRef,
  relation: string,
  names: StatementNames,
): { table: string; on: string; to: TableRef } {
  const { targetModel, ownColumn, targetColumn } = relationColumns(ref.model, relation)
  const to: TableRef = { model: targetModel, alias: names.alias(), parent: ref.parent }
  return {
    table: `"${targetModel}" ${to.alias}`,
    on: `${columnOf(to, targetColumn)} = ${columnOf(ref, ownColumn)}`,
    to,
  }
}
