// Compiles a connection: one page of rows, its edges and cursors, and the number of rows on all pages.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import { alwaysTrue, type Condition } from '../condition.ts'
import { toSql } from '../condition-sql.ts'
import { fieldPlanOf, type PlanOf } from '../field-plan.ts'
import { JoinedRows } from '../joined-rows.ts'
import { NotCompilable } from '../not-compilable.ts'
import type { Page, SortKey } from '../page.ts'
import { compileRowSource, type RowsOfParent } from '../row-source.ts'
import { compileSqlRows } from '../sql-rows.ts'
import { columnOf, quote, type TableRef } from '../table-ref.ts'
import type { Compilation, FieldDefinition } from './compilation.ts'
import { base64url, daySql, instantSql, type JsonSql, jsonObject, jsonOf, jsonScalar, toSqlText } from './json-sql.ts'
import { type FieldNodes, type SelectedField, selectedFields } from './selection.ts'

type ConnectionPlan = PlanOf<'connection'>

/** Returns the JSON object of a connection. `parent` is the row to which the list belongs; undefined for a list of Query. */
export function compileConnection(
  compiler: Compilation,
  fieldPlan: ConnectionPlan,
  field: FieldDefinition,
  fieldNodes: FieldNodes,
  parent?: TableRef,
): JsonSql {
  const { planArguments } = compiler.bindArguments(fieldPlan, field, fieldNodes)
  const { page, conditions, isFiltered = false } = planArguments
  const [where = alwaysTrue, cursorBound = alwaysTrue] = conditions
  if (!page) throw new Error(`The arguments of the connection ${field.name} have no page.`)
  const type = getNamedType(field.type) as GraphQLObjectType
  const selected = selectedFields(compiler.operation, type, fieldNodes)
  const createRows = () => compileRowSource(compiler, fieldPlan.source, parent, planArguments)
  const names = new Set(selected.map(({ name }) => name))
  const readsRows = ['nodes', 'edges', 'pageInfo'].some((name) => names.has(name))
  const sharesFilter = isFiltered && !parent && readsRows && names.has('totalCount') && page.keys.every(isColumnOfRow)
  const sharedFilter = sharesFilter ? compiler.alias() : undefined
  const keys = 'rowFunction' in fieldPlan.source ? createRows() : undefined
  const pageQuery = new PageQuery(compiler, page, createRows(), selected, { sharedFilter, keys })
  const object = jsonObject(
    selected.map((selectedField) => {
      const { key, name } = selectedField
      if (name === '__typename') return { key, value: [JSON.stringify(type.name)] }
      if (name === 'totalCount' && sharedFilter)
        return { key, value: jsonOf(`(select count(*)::text from ${sharedFilter})`) }
      if (name === 'totalCount') return { key, value: countOf(compiler, createRows(), where) }
      const fieldPlan = selectedField.field && fieldPlanOf(selectedField.field)
      if (selectedField.field && fieldPlan?.kind === 'sql')
        return {
          key,
          value: compileSqlRows(compiler, fieldPlan, selectedField.field, selectedField.fieldNodes, {
            completeList: () => completeListOf(compiler, createRows(), where),
          }),
        }
      return { key, value: pageQuery.field(selectedField) }
    }),
  )
  if (!pageQuery.isUsed) return object
  const filtered = sharedFilter ? `with ${sharedFilter} as materialized (${pageQuery.sharedFilterSql(where)}) ` : ''
  return jsonOf(`(${filtered}select ${toSqlText(object)} from (${pageQuery.sql(where, cursorBound)}) q having true)`)
}

/** Returns whether a sort key is a column of the row itself, not of a related row. */
const isColumnOfRow = ({ path }: SortKey) => path.length === 0

/** Returns the rows of a list on all pages, with the condition that selects them. */
const completeListOf = (compiler: Compilation, source: RowsOfParent, where: Condition) => ({
  rows: source.rows,
  where: `${source.parentCondition} and ${toSql(where, source.rows.ref, compiler)}`,
})

/** Returns the number of rows of a list on all pages. */
const countOf = (compiler: Compilation, { rows, parentCondition }: RowsOfParent, where: Condition): JsonSql =>
  jsonOf(`(select count(*)::text ${rows.fromClause} where ${parentCondition} and ${toSql(where, rows.ref, compiler)})`)

/**
 * The subquery `q` that reads one page. It has a column for each selection of the node, and, if they are used, the cursor and the
 * row number `n`, counted in the order of reading. It reads one row more than the page size only if `hasNextPage`, or
 * `hasPreviousPage` when paging backward, is selected.
 */
class PageQuery {
  isUsed = false
  private readonly compiler: Compilation
  private readonly page: Page
  private readonly rowsOfParent: RowsOfParent
  private readonly columns: string[] = []
  private usesCursor = false
  private usesScore = false
  private readonly readsExtraRow: boolean
  private readonly numbersRows: boolean
  private readonly sharedFilter: string | undefined
  private readonly keys: RowsOfParent | undefined

  /**
   * `sharedFilter` is the name of the query that evaluates the filter once, for both the page and `totalCount`. `keys` are the rows
   * again: from them the page is chosen, if the rows are those of a function, which computes the other columns only of the page then.
   */
  constructor(
    compiler: Compilation,
    page: Page,
    rowsOfParent: RowsOfParent,
    selected: readonly SelectedField[],
    { sharedFilter, keys }: { sharedFilter: string | undefined; keys: RowsOfParent | undefined },
  ) {
    this.compiler = compiler
    this.sharedFilter = sharedFilter
    this.keys = keys
    this.page = page
    this.rowsOfParent = rowsOfParent
    const pageInfoFields = selected.flatMap((each) => (each.name === 'pageInfo' ? this.subfields(each) : []))
    const extraRowField = page.isBackward ? 'hasPreviousPage' : 'hasNextPage'
    this.readsExtraRow = pageInfoFields.some(({ name }) => name === extraRowField)
    this.numbersRows = page.isBackward || pageInfoFields.length > 0
  }

  /** Returns the value of a field of the connection, and adds the columns that it needs to the subquery. */
  field(selected: SelectedField): JsonSql {
    this.isUsed = true
    if (selected.name === 'nodes') return this.list(toSqlText(this.node(selected)))
    if (selected.name === 'edges') return this.edges(selected)
    if (selected.name === 'pageInfo') return this.pageInfo(selected)
    throw new NotCompilable(`${selected.types[0]?.name}.${selected.name}`)
  }

  /** Returns the subquery. Call it after `field`, which adds the columns. */
  sql(where: Condition, cursorBound: Condition): string {
    const { rows } = this.rowsOfParent
    const ordered = rows.orderByClause(this.page.keys)
    const score = this.usesScore ? [`${rows.scoreColumn} as score`] : []
    const columns = [...this.columns, ...score, ...(this.usesCursor ? [`${this.cursorSql()} as cursor`] : [])].join(
      ', ',
    )
    const query = `select ${columns} ${this.fromPage(where, cursorBound, ordered)}`
    return this.numbersRows ? `select r.*, row_number() over () as n from (${query}) r` : query
  }

  /** Returns the query that evaluates the filter. Its rows have the sort columns of all matching rows. */
  sharedFilterSql(where: Condition): string {
    const { rows, parentCondition } = this.keys ?? this.rowsOfParent
    const columns = new Set(rows.columnsOf(this.page.keys))
    return `select ${[...columns].join(', ')} ${rows.fromClause} where ${parentCondition} and ${toSql(where, rows.ref, this.compiler)}`
  }

  private fromPage(where: Condition, cursorBound: Condition, ordered: string): string {
    const { rows, parentCondition } = this.rowsOfParent
    const limit = `limit ${this.page.size + (this.readsExtraRow ? 1 : 0)}`
    const matches = (condition: Condition, ref: TableRef) => toSql(condition, ref, this.compiler)
    const chosen = ({ rows, parentCondition }: RowsOfParent, order: string) =>
      `${rows.fromClause} where ${parentCondition} and ${matches(where, rows.ref)} and ${matches(cursorBound, rows.ref)} ${order} ${limit}`
    if (!this.sharedFilter && this.keys) {
      const { rows: keys } = this.keys
      const page = `select ${columnOf(keys.ref, 'id')} as id ${chosen(this.keys, keys.orderByClause(this.page.keys))}`
      return `${this.byKeys(page)} ${ordered}`
    }
    if (!this.sharedFilter) return chosen({ rows, parentCondition }, ordered)
    const filtered = new JoinedRows(this.compiler, { model: rows.ref.model, alias: this.sharedFilter })
    const page = `select * from ${this.sharedFilter} where ${matches(cursorBound, filtered.ref)} ${filtered.orderByClause(this.page.keys)} ${limit}`
    if (this.keys) return `${this.byKeys(page)} ${ordered}`
    const key = this.page.keys.at(-1)?.column ?? 'id'
    return `${rows.fromClause} join (${page}) k on k."${key}" = ${columnOf(rows.ref, key)} ${ordered}`
  }

  /** Returns the rows of a function whose keys a query has. OFFSET keeps PostgreSQL from computing the rows of all keys. */
  private byKeys(page: string): string {
    const { rows } = this.rowsOfParent
    const { alias } = rows.ref
    return `from (${page}) k cross join lateral (select ${alias}.* ${rows.fromClause} where ${alias}.id = k.id offset 0) ${alias}`
  }

  /** Returns the selected fields of the type of a field. */
  private subfields({ field, fieldNodes }: SelectedField): SelectedField[] {
    if (!field) return []
    return selectedFields(this.compiler.operation, getNamedType(field.type) as GraphQLObjectType, fieldNodes)
  }

  /** Adds a column with the JSON object of the node to the subquery, and returns a reference to the column. */
  private node({ field, fieldNodes }: SelectedField): JsonSql {
    if (!field) throw new Error('A node was selected without fields.')
    return this.column(this.compiler.objectOfRow(getNamedType(field.type), this.rowsOfParent.rows.nodeRef, fieldNodes))
  }

  /** Adds a column with a JSON value to the subquery, and returns a reference to the column. */
  private column(value: JsonSql): JsonSql {
    const column = `c${this.columns.length + 1}`
    this.columns.push(`${toSqlText(value)} as ${column}`)
    return jsonOf(`q.${column}`)
  }

  /** Returns the JSON array of an item for each row of the page. */
  private list(item: string): JsonSql {
    // Without an order, string_agg takes the rows in the order of the subquery. Another aggregate with an order would change this.
    const order = this.numbersRows ? ` order by q.n${this.page.isBackward ? ' desc' : ''}` : ''
    return ['[', { sql: `coalesce(string_agg(${item}, ','${order})${this.pageFilter}, '')` }, ']']
  }

  /** The filter that excludes the extra row from an aggregate. */
  private get pageFilter(): string {
    return this.readsExtraRow ? ` filter (where q.n <= ${this.page.size})` : ''
  }

  private edges(selected: SelectedField): JsonSql {
    const parts = this.subfields(selected).map((part) => {
      const { key, name, types } = part
      if (name === 'cursor') return { key, value: this.cursorColumn() }
      if (name === 'node') return { key, value: this.node(part) }
      if (name === '__typename') return { key, value: [JSON.stringify(types[0]?.name)] }
      const plan = part.field && fieldPlanOf(part.field)
      if (part.field && plan) {
        const { ref } = this.rowsOfParent.rows
        return { key, value: this.column(this.compiler.value(plan, part.field, part.fieldNodes, ref)) }
      }
      if (name === 'score' && part.field) return { key, value: this.score(part.field) }
      throw new NotCompilable(`${types[0]?.name}.${name}`)
    })
    return this.list(toSqlText(jsonObject(parts)))
  }

  private score({ type }: FieldDefinition): JsonSql {
    const { scoreColumn } = this.rowsOfParent.rows
    if (scoreColumn === 'null') return ['null']
    this.usesScore = true
    return jsonScalar(type, 'q.score')
  }

  private cursorColumn(): JsonSql {
    this.usesCursor = true
    return ['"', { sql: 'q.cursor' }, '"']
  }

  private pageInfo(selected: SelectedField): JsonSql {
    const { isBackward, startsAtCursor } = this.page
    const hasMore = this.readsExtraRow ? jsonOf(`(count(*) > ${this.page.size})::text`) : []
    const parts: Record<string, () => JsonSql> = {
      __typename: () => ['"PageInfo"'],
      hasNextPage: () => (isBackward ? [String(startsAtCursor)] : hasMore),
      hasPreviousPage: () => (isBackward ? hasMore : [String(startsAtCursor)]),
      startCursor: () => this.boundaryCursor(isBackward),
      endCursor: () => this.boundaryCursor(!isBackward),
    }
    return jsonObject(
      this.subfields(selected).map(({ key, name }) => {
        const part = parts[name]
        if (!part) throw new NotCompilable(`PageInfo.${name}`)
        return { key, value: part() }
      }),
    )
  }

  /** Returns the cursor of the row that was read first, or of the row that was read last. */
  private boundaryCursor(isLast: boolean): JsonSql {
    const cursors = `array_agg(q.cursor order by q.n${isLast ? ' desc' : ''})${this.pageFilter}`
    this.usesCursor = true
    return jsonOf(`coalesce('"' || (${cursors})[1] || '"', 'null')`)
  }

  /** Returns the SQL of a row's cursor. The cursor has the same bytes as from `writeCursor`. */
  private cursorSql(): string {
    const { list, order, keys, cursorFunction } = this.page
    const columns = this.rowsOfParent.rows.columnsOf(keys)
    if (cursorFunction) return `${cursorFunction}(${columns[0]})`
    const values = keys.map((key, i) => ` || ',' || ${cursorValue(key, columns[i] ?? '')}`)
    const text = `${quote(`[1,${JSON.stringify(list)},${JSON.stringify(order)}`)}${values.join('')} || ']'`
    const checksum = `left(encode(sha256(convert_to(c.text, 'UTF8')), 'hex'), 8)`
    return `(select ${base64url(`c.text || ${checksum}`)} from (select ${text} as text) c)`
  }
}

/** Returns the SQL of the JSON text of a sort value in a cursor. */
function cursorValue({ type }: SortKey, column: string): string {
  if (type === 'text') return `to_json(${column})::text`
  const asText = (value: string) => `${value}::text`
  const plain = { day: daySql, instant: instantSql, id: asText, score: asText }[type]
  return `'"' || ${plain(column)} || '"'`
}
