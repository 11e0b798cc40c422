// The rows that a list reads, the tables that are joined to them, and their order.
import type { SortKey } from './page.ts'
import { relevanceSort, SEARCH_HIT_RELATION, type Search } from './search.ts'
import { columnOf, joinTo, type StatementNames, type TableRef } from './table-ref.ts'

/** Rows of one table, with all that is joined to them. */
export class JoinedRows {
  /** A row itself. */
  readonly ref: TableRef
  /** What is listed: the row itself, or what it leads to. */
  readonly nodeRef: TableRef
  private readonly names: StatementNames
  private readonly joins: string[] = []
  private readonly search: Search | undefined

  /** `join` is the to-one relation from a row to what is listed; `search` finds what is listed. */
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
    const found: TableRef = { model: 'Found', alias: names.alias() }
    this.ref = { ...this.ref, joined: { ...this.ref.joined, [SEARCH_HIT_RELATION]: found } }
  }

  get fromClause(): string {
    return [`from "${this.ref.model}" ${this.ref.alias}`, ...this.joins, ...this.searchJoin()].join(' ')
  }

  /** Joins what is searched for. Only now does the statement take its parameter, which it has to have a use for. */
  private searchJoin(): string[] {
    const found = this.ref.joined?.[SEARCH_HIT_RELATION]
    if (!found || !this.search) return []
    const call = `${this.search.functionName}(${this.names.parameter(this.search.term)})`
    return [`join ${call} ${found.alias} on ${columnOf(found, 'id')} = ${columnOf(this.nodeRef, 'id')}`]
  }

  /** How well a row fits what was searched for; null where nothing was. */
  get scoreColumn(): string {
    const found = this.ref.joined?.[SEARCH_HIT_RELATION]
    return found ? columnOf(found, relevanceSort.column) : 'null'
  }

  /** The columns of keys, each reached along its relations. */
  columnsOf(keys: readonly SortKey[]): string[] {
    return keys.map(({ path, column }) =>
      columnOf(
        path.reduce((ref, relation) => this.joinOnce(ref, relation), this.ref),
        column,
      ),
    )
  }

  orderByClause(keys: readonly SortKey[]): string {
    const columns = this.columnsOf(keys)
    return `order by ${keys.map(({ isDescending: down }, i) => `${columns[i]}${down ? ' desc' : ''}`).join(', ')}`
  }

  private joinOnce(ref: TableRef, relation: string): TableRef {
    const known = ref.joined?.[relation]
    if (known) return known
    const { table, on, to } = joinTo(ref, relation, this.names)
    this.joins.push(`left join ${table} on ${on}`)
    return to
  }
}
