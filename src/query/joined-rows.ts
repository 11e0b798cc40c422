// The rows that a list reads, the tables that are joined to them, and their order.
import type { SortKey } from './page.ts'
import { relevance, SEARCH_HIT, type Search } from './search.ts'
import { columnOf, joinTo, type SqlNames, type TableRef } from './sql.ts'

/** Rows of one table, with all that is joined to them. */
export class JoinedRows {
  /** A row itself. */
  readonly ref: TableRef
  /** What is listed: the row itself, or what it leads to. */
  readonly node: TableRef
  private readonly names: SqlNames
  private readonly joins: string[] = []
  private readonly search: Search | undefined

  /** `join` is the to-one relation from a row to what is listed; `search` finds what is listed. */
  constructor(names: SqlNames, ref: TableRef, join?: string, search?: Search) {
    this.names = names
    this.ref = ref
    this.node = ref
    if (join) {
      const { table, on, to } = joinTo(ref, join, names)
      this.joins.push(`join ${table} on ${on}`)
      this.node = to
      this.ref = { ...ref, joined: { [join]: to } }
    }
    this.search = search
    if (!search) return
    const found: TableRef = { model: 'Found', at: names.alias() }
    this.ref = { ...this.ref, joined: { ...this.ref.joined, [SEARCH_HIT]: found } }
  }

  get from(): string {
    return [`from "${this.ref.model}" ${this.ref.at}`, ...this.joins, ...this.finding()].join(' ')
  }

  /** Joins what is searched for. Only now does the statement take its parameter, which it has to have a use for. */
  private finding(): string[] {
    const found = this.ref.joined?.[SEARCH_HIT]
    if (!found || !this.search) return []
    const call = `${this.search.by}(${this.names.parameter(this.search.term)})`
    return [`join ${call} ${found.at} on ${columnOf(found, 'id')} = ${columnOf(this.node, 'id')}`]
  }

  /** How well a row fits what was searched for; null where nothing was. */
  get score(): string {
    const found = this.ref.joined?.[SEARCH_HIT]
    return found ? columnOf(found, relevance.column) : 'null'
  }

  /** The columns of keys, each reached along its relations. */
  columnsOf(keys: readonly SortKey[]): string[] {
    return keys.map(({ path, column }) =>
      columnOf(
        path.reduce((ref, relation) => this.along(ref, relation), this.ref),
        column,
      ),
    )
  }

  orderedBy(keys: readonly SortKey[]): string {
    const columns = this.columnsOf(keys)
    return `order by ${keys.map(({ down }, i) => `${columns[i]}${down ? ' desc' : ''}`).join(', ')}`
  }

  private along(ref: TableRef, relation: string): TableRef {
    const known = ref.joined?.[relation]
    if (known) return known
    const { table, on, to } = joinTo(ref, relation, this.names)
    this.joins.push(`left join ${table} on ${on}`)
    return to
  }
}
