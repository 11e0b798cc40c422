// The rows that a list reads: where they stand, what they lead to, and in which order they come.
import type { Key } from './page.ts'
import { FOUND, relevance, type Search } from './search.ts'
import { columnOf, joinTo, type Names, type Place } from './sql.ts'

/** Rows of one table, with all that is joined to them. */
export class Rows {
  /** A row itself. */
  readonly place: Place
  /** What is listed: the row itself, or what it leads to. */
  readonly node: Place
  private readonly names: Names
  private readonly joins: string[] = []
  private readonly search: Search | undefined

  /** `through` is the to-one relation from a row to what is listed; `search` finds what is listed. */
  constructor(names: Names, place: Place, through?: string, search?: Search) {
    this.names = names
    this.place = place
    this.node = place
    if (through) {
      const { table, on, to } = joinTo(place, through, names)
      this.joins.push(`join ${table} on ${on}`)
      this.node = to
      this.place = { ...place, joined: { [through]: to } }
    }
    this.search = search
    if (!search) return
    const found: Place = { model: 'Found', at: names.alias() }
    this.place = { ...this.place, joined: { ...this.place.joined, [FOUND]: found } }
  }

  get from(): string {
    return [`from "${this.place.model}" ${this.place.at}`, ...this.joins, ...this.finding()].join(' ')
  }

  /** Joins what is searched for. Only now does the statement take its parameter, which it has to have a use for. */
  private finding(): string[] {
    const found = this.place.joined?.[FOUND]
    if (!found || !this.search) return []
    const call = `${this.search.by}(${this.names.parameter(this.search.asked)})`
    return [`join ${call} ${found.at} on ${columnOf(found, 'id')} = ${columnOf(this.node, 'id')}`]
  }

  /** How well a row fits what was searched for; null where nothing was. */
  get score(): string {
    const found = this.place.joined?.[FOUND]
    return found ? columnOf(found, relevance.column) : 'null'
  }

  /** The columns of keys, each reached along its relations. */
  columnsOf(keys: readonly Key[]): string[] {
    return keys.map(({ path, column }) =>
      columnOf(
        path.reduce((place, relation) => this.along(place, relation), this.place),
        column,
      ),
    )
  }

  orderedBy(keys: readonly Key[]): string {
    const columns = this.columnsOf(keys)
    return `order by ${keys.map(({ down }, i) => `${columns[i]}${down ? ' desc' : ''}`).join(', ')}`
  }

  private along(place: Place, relation: string): Place {
    const known = place.joined?.[relation]
    if (known) return known
    const { table, on, to } = joinTo(place, relation, this.names)
    this.joins.push(`left join ${table} on ${on}`)
    return to
  }
}
