// The rows of a row source as SQL.

import { alwaysTrue } from './condition.ts'
import { toSql } from './condition-sql.ts'
import type { PlanArguments, RowSource } from './field-plan.ts'
import { JoinedRows } from './joined-rows.ts'
import { knowledgeArguments, knowledgeCondition } from './knowledge.ts'
import { searchBoxCall } from './search.ts'
import { joinTo, type StatementNames, type TableRef } from './table-ref.ts'

/** The rows of a source, and the condition that selects the rows of the parent row. */
export interface RowsOfParent {
  readonly rows: JoinedRows
  readonly parentCondition: string
}

/** Returns the rows of a source. `parent` is the row to which the list belongs. The search and the day apply only to rows of a model. */
export function compileRowSource(
  names: StatementNames,
  source: RowSource,
  parent?: TableRef,
  { search, searchBox, knowledge }: Pick<PlanArguments, 'search' | 'searchBox' | 'knowledge'> = {},
): RowsOfParent {
  if ('searchBox' in source) {
    if (!searchBox) throw new Error('The arguments of the search box have no search.')
    const call = () => searchBoxCall(searchBox, names)
    return {
      rows: new JoinedRows(names, { model: 'FoundRecord', alias: names.alias(), call }),
      parentCondition: 'true',
    }
  }
  if ('model' in source) {
    const { model, parentCondition = alwaysTrue, join, rowFunction } = source
    const call = rowFunction && knowledge && { call: () => `${rowFunction}(${knowledgeArguments(knowledge, names)})` }
    const rows = new JoinedRows(names, { model, alias: names.alias(), parent, ...call }, join?.relation, search)
    if (!call) return { rows, parentCondition: toSql(parentCondition, rows.ref, names) }
    return {
      rows,
      // Takes its parameters only when it is used, because PostgreSQL rejects unused parameters.
      get parentCondition() {
        return `${toSql(parentCondition, rows.ref, names)} and ${knowledgeCondition(knowledge, names)}`
      },
    }
  }
  if (!parent) throw new Error(`The relation ${source.relation} has no parent row.`)
  const { on, to } = joinTo(parent, source.relation, names)
  return { rows: new JoinedRows(names, to, source.join?.relation), parentCondition: on }
}
