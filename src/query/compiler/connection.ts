// A connection as SQL: one page of rows by their keys, its edges, its cursors, and the count of all pages.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import { type Condition, everything } from '../condition.ts'
import { type FieldPlan, fieldPlanOf } from '../field-plan.ts'
import { JoinedRows } from '../joined-rows.ts'
import { NotCompilable } from '../not-compilable.ts'
import type { Page, SortKey } from '../page.ts'
import { rowsOfSource, type SourceRows } from '../row-source.ts'
import { quote, type TableRef, toSql } from '../sql.ts'
import { sqlRowsOf } from '../sql-rows.ts'
import type { Compilation, Field } from './compilation.ts'
import { base64url, dayOf, instantOf, type Json, objectOf, print, read, scalarOf } from './json.ts'
import { type Nodes, type Selected, selectedOf } from './selection.ts'

type ConnectionPlan = Extract<FieldPlan, { is: 'connection' }>

/** The connection as an object; of all rows of a model, or of those that a row at `parent` has. */
export function connectionOf(
  compiler: Compilation,
  fieldPlan: ConnectionPlan,
  field: Field,
  nodes: Nodes,
  parent?: TableRef,
): Json {
  const { page, conditions, search, isFiltered = false } = compiler.bindArguments(fieldPlan, field, nodes).planArguments
  const [where = everything, bound = everything] = conditions
  if (!page) throw new Error(`The arguments of the connection ${field.name} have no page.`)
  const type = getNamedType(field.type) as GraphQLObjectType
  const selected = selectedOf(compiler.operation, type, nodes)
  const source = () => rowsOfSource(compiler, fieldPlan.source, parent, search)
  const names = new Set(selected.map(({ name }) => name))
  const readsRows = ['nodes', 'edges', 'pageInfo'].some((name) => names.has(name))
  const shares = isFiltered && !parent && readsRows && names.has('totalCount') && page.keys.every(isOwn)
  const sharedFilter = shares ? compiler.alias() : undefined
  const reading = new PageQuery(compiler, page, source(), selected, sharedFilter)
  const object = objectOf(
    selected.map((each) => {
      const { key, name } = each
      if (name === '__typename') return { key, value: [JSON.stringify(type.name)] }
      if (name === 'totalCount' && sharedFilter)
        return { key, value: read(`(select count(*)::text from ${sharedFilter})`) }
      if (name === 'totalCount') return { key, value: countOf(compiler, source(), where) }
      const fieldPlan = each.field && fieldPlanOf(each.field)
      if (each.field && fieldPlan?.is === 'sql')
        return {
          key,
          value: sqlRowsOf(compiler, fieldPlan, each.field, each.nodes, {
            list: () => listOf(compiler, source(), where),
          }),
        }
      return { key, value: reading.part(each) }
    }),
  )
  if (!reading.isUsed) return object
  const filtered = sharedFilter ? `with ${sharedFilter} as materialized (${reading.filtered(where)}) ` : ''
  return read(`(${filtered}select ${print(object)} from (${reading.query(where, bound)}) q having true)`)
}

const isOwn = ({ path }: SortKey) => path.length === 0

const listOf = (compiler: Compilation, { rows, on }: SourceRows, where: Condition) => ({
  rows,
  where: `${on} and ${toSql(where, rows.ref, compiler)}`,
})

const countOf = (compiler: Compilation, { rows, on }: SourceRows, where: Condition): Json =>
  read(`(select count(*)::text ${rows.from} where ${on} and ${toSql(where, rows.ref, compiler)})`)

/**
 * The reading of one page. Its rows are a subquery `q`, with a column for what is selected of each, its cursor, and its
 * number `n` from where the reading starts; each only where it is used, and one row too many only to tell whether more follow.
 */
class PageQuery {
  isUsed = false
  private readonly compiler: Compilation
  private readonly page: Page
  private readonly source: SourceRows
  private readonly columns: string[] = []
  private usesCursor = false
  private usesScore = false
  private readonly looksAhead: boolean
  private readonly numbers: boolean
  private readonly sharedFilter: string | undefined

  /** `sharedFilter` names the query that has evaluated the filter, once for the rows and their count. */
  constructor(
    compiler: Compilation,
    page: Page,
    source: SourceRows,
    selected: readonly Selected[],
    sharedFilter?: string,
  ) {
    this.compiler = compiler
    this.sharedFilter = sharedFilter
    this.page = page
    this.source = source
    const ofPageInfo = selected.flatMap((each) => (each.name === 'pageInfo' ? this.selectedOf(each) : []))
    const ahead = page.backward ? 'hasPreviousPage' : 'hasNextPage'
    this.looksAhead = ofPageInfo.some(({ name }) => name === ahead)
    this.numbers = page.backward || ofPageInfo.length > 0
  }

  part(selected: Selected): Json {
    this.isUsed = true
    if (selected.name === 'nodes') return this.list(print(this.node(selected)))
    if (selected.name === 'edges') return this.edges(selected)
    if (selected.name === 'pageInfo') return this.pageInfo(selected)
    throw new NotCompilable(`${selected.types[0]?.name}.${selected.name}`)
  }

  /** The rows of the page in the order of reading. */
  query(where: Condition, bound: Condition): string {
    const { rows } = this.source
    const ordered = rows.orderedBy(this.page.keys)
    const score = this.usesScore ? [`${rows.score} as score`] : []
    const columns = [...this.columns, ...score, ...(this.usesCursor ? [`${this.cursor()} as cursor`] : [])].join(', ')
    const query = `select ${columns} ${this.rowsOfPage(where, bound, ordered)}`
    return this.numbers ? `select r.*, row_number() over () as n from (${query}) r` : query
  }

  /** The keys of all rows that meet the filter. */
  filtered(where: Condition): string {
    const { rows } = this.source
    const columns = new Set(rows.columnsOf(this.page.keys))
    return `select ${[...columns].join(', ')} ${rows.from} where ${toSql(where, rows.ref, this.compiler)}`
  }

  private rowsOfPage(where: Condition, bound: Condition, ordered: string): string {
    const { rows, on } = this.source
    const limit = `limit ${this.page.size + (this.looksAhead ? 1 : 0)}`
    const met = (condition: Condition, ref: TableRef) => toSql(condition, ref, this.compiler)
    if (!this.sharedFilter)
      return `${rows.from} where ${on} and ${met(where, rows.ref)} and ${met(bound, rows.ref)} ${ordered} ${limit}`
    const some = new JoinedRows(this.compiler, { model: rows.ref.model, at: this.sharedFilter })
    const page = `select * from ${this.sharedFilter} where ${met(bound, some.ref)} ${some.orderedBy(this.page.keys)} ${limit}`
    return `${rows.from} join (${page}) k on k.id = ${rows.ref.at}.id ${ordered}`
  }

  private selectedOf({ field, nodes }: Selected): Selected[] {
    if (!field) return []
    return selectedOf(this.compiler.operation, getNamedType(field.type) as GraphQLObjectType, nodes)
  }

  /** A column of the subquery with what is selected of the node. */
  private node({ field, nodes }: Selected): Json {
    if (!field) throw new Error('A node was selected without fields.')
    const column = `c${this.columns.length + 1}`
    const object = this.compiler.row(getNamedType(field.type), this.source.rows.node, nodes)
    this.columns.push(`${print(object)} as ${column}`)
    return read(`q.${column}`)
  }

  private list(item: string): Json {
    // Rows come in the order of reading, until another aggregate beside this one asks for an order of its own.
    const order = this.numbers ? ` order by q.n${this.page.backward ? ' desc' : ''}` : ''
    return ['[', { sql: `coalesce(string_agg(${item}, ','${order})${this.onPage}, '')` }, ']']
  }

  private get onPage(): string {
    return this.looksAhead ? ` filter (where q.n <= ${this.page.size})` : ''
  }

  private edges(selected: Selected): Json {
    const parts = this.selectedOf(selected).map((part) => {
      const { key, name, types } = part
      if (name === 'cursor') return { key, value: this.cursorColumn() }
      if (name === 'node') return { key, value: this.node(part) }
      if (name === 'score' && part.field) return { key, value: this.score(part.field) }
      if (name === '__typename') return { key, value: [JSON.stringify(types[0]?.name)] }
      throw new NotCompilable(`${types[0]?.name}.${name}`)
    })
    return this.list(print(objectOf(parts)))
  }

  private score({ type }: Field): Json {
    const { score } = this.source.rows
    if (score === 'null') return ['null']
    this.usesScore = true
    return scalarOf(type, 'q.score')
  }

  private cursorColumn(): Json {
    this.usesCursor = true
    return ['"', { sql: 'q.cursor' }, '"']
  }

  private pageInfo(selected: Selected): Json {
    const { backward, resumed } = this.page
    const more = this.looksAhead ? read(`(count(*) > ${this.page.size})::text`) : []
    const parts: Record<string, () => Json> = {
      __typename: () => ['"PageInfo"'],
      hasNextPage: () => (backward ? [String(resumed)] : more),
      hasPreviousPage: () => (backward ? more : [String(resumed)]),
      startCursor: () => this.outermost(backward),
      endCursor: () => this.outermost(!backward),
    }
    return objectOf(
      this.selectedOf(selected).map(({ key, name }) => {
        const part = parts[name]
        if (!part) throw new NotCompilable(`PageInfo.${name}`)
        return { key, value: part() }
      }),
    )
  }

  /** The cursor of the row that was read first or last. */
  private outermost(last: boolean): Json {
    const cursors = `array_agg(q.cursor order by q.n${last ? ' desc' : ''})${this.onPage}`
    this.usesCursor = true
    return read(`coalesce('"' || (${cursors})[1] || '"', 'null')`)
  }

  /** As `writeCursor` writes it. */
  private cursor(): string {
    const { list, order, keys } = this.page
    const columns = this.source.rows.columnsOf(keys)
    const values = keys.map((key, i) => ` || ',' || ${cursorValue(key, columns[i] ?? '')}`)
    const text = `${quote(`[1,${JSON.stringify(list)},${JSON.stringify(order)}`)}${values.join('')} || ']'`
    const sum = `left(encode(sha256(convert_to(c.text, 'UTF8')), 'hex'), 8)`
    return `(select ${base64url(`c.text || ${sum}`)} from (select ${text} as text) c)`
  }
}

function cursorValue({ type }: SortKey, column: string): string {
  if (type === 'text') return `to_json(${column})::text`
  const asText = (value: string) => `${value}::text`
  const plain = { day: dayOf, instant: instantOf, id: asText, score: asText }[type]
  return `'"' || ${plain(column)} || '"'`
}
