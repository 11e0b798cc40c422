// The FROM and ORDER BY clauses of a list: its table, the tables that are joined to it, and its sort columns.
import type { SortKey } from './page.ts'
import { relevanceSort, SEARCH_HIT_RELATION, type Search } from './search.ts'
import { columnOf, joinTo, type StatementNames, type TableRef } from './table-ref.ts'

/** The rows of one table, with the tables that are joined to them. */
export class JoinedRows {
  /** The row. */
  readonly ref: TableRef
  /** The listed record: the row itself, or the record that a join row leads to. */
  readonly nodeRef: TableRef
  private readonly names: StatementNames
  private readonly joins: string[] = []
  private readonly search: Search | undefined

  /** `join` is the to-one relation from a join row to the listed record. `search` selects the listed records. */
  constructor(names: StatementNames, ref: TableRef, join?: string, search?: Search) {
    this.names = names
    this.ref = ref
    this.nodeRef = ref
    if (join) {
      const { table, on, to } = joinTo(ref, join, names)
      this.joins.push(`join ${table} on ${on}`)
      this.nodeRef = to
      this.ref = { ...ref, joined: { [join]: to } }
    }
    this.search = search
    if (!search) return
    const searchHit: TableRef = { model: 'SearchHit', alias: names.alias() }
    this.ref = { ...this.ref, joined: { ...this.ref.joined, [SEARCH_HIT_RELATION]: searchHit } }
  }

  /** The FROM clause, with the joins that columnsOf and orderByClause have added. Takes the parameters of a search and of a function. */
  get fromClause(): string {
    const { model, alias, call } = this.ref
    return [`from ${call?.() ?? `"${model}"`} ${alias}`, ...this.joins, ...this.searchJoin()].join(' ')
  }

  /** Returns the join of the search function. Takes its parameter only now, because PostgreSQL rejects unused parameters. */
  private searchJoin(): string[] {
    const searchHit = this.ref.joined?.[SEARCH_HIT_RELATION]
    if (!searchHit || !this.search) return []
    const call = `${this.search.functionName}(${this.names.parameter(this.search.term)})`
    return [`join ${call} ${searchHit.alias} on ${columnOf(searchHit, 'id')} = ${columnOf(this.nodeRef, 'id')}`]
  }

  /** The relevance of a row, from 0 to 1; the SQL "null" without a search. */
  get scoreColumn(): string {
    const searchHit = this.ref.joined?.[SEARCH_HIT_RELATION]
    return searchHit ? columnOf(searchHit, relevanceSort.column) : 'null'
  }

  /** Returns the columns of sort keys, and joins the tables that they are in. */
  columnsOf(keys: readonly SortKey[]): string[] {
    return keys.map(({ path, column }) =>
      columnOf(
        path.reduce((ref, relation) => this.joinRelation(ref, relation), this.ref),
        column,
      ),
    )
  }

  /** Returns the ORDER BY clause of sort keys, and joins the tables that they are in. */
  orderByClause(keys: readonly SortKey[]): string {
    const columns = this.columnsOf(keys)
    return `order by ${keys.map(({ isDescending }, i) => `${columns[i]}${isDescending ? ' desc' : ''}`).join(', ')}`
  }

  /** Returns the table that a to-one relation leads to. Adds a left join unless the table is joined already. */
  private joinRelation(ref: TableRef, relation: string): TableRef {
    const existing = ref.joined?.[relation]
    if (existing) return existing
    const { table, on, to } = joinTo(ref, relation, this.names)
    this.joins.push(`left join ${table} on ${on}`)
    return to
  }
}
