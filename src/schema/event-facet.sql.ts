import type { SqlPlanContext } from '../query/field-plan.ts'
import { columnOf } from '../query/table-ref.ts'

/** The properties by which events are counted: the values of the enum EventFacet. */
export type FacetName = 'TYPE' | 'COUNTRY' | 'PERSON' | 'MONTH' | 'YEAR' | 'SANCTION_PROGRAM'

/** A row of the query: a facet with its values. */
export interface FacetRow {
  by: FacetName
  values: { value: string; label: string; count: number }[]
}

/** Returns a query for the facets of a list of events. It reads the events of all pages once. */
export function facetsSql({
  planArguments: { facets = [], limit = 0 },
  names,
  completeList,
}: SqlPlanContext): string | undefined {
  if (!completeList) throw new Error('Facets are fields of a list.')
  if (facets.length === 0) return undefined
  const { rows, where } = completeList()
  const eventsTable = names.alias()
  const columns = ['id', 'type', 'sortDate', 'dateEarliest', 'datePrecision'].map((column) =>
    columnOf(rows.nodeRef, column),
  )
  const object = `jsonb_build_object('value', value, 'label', label, 'count', count)`
  const queries = facets.map(
    (
      name,
      index,
    ) => `select ${index} as index, '${name}' as by, coalesce(jsonb_agg(${object} order by n), '[]') as values
      from (${facetSql(name as FacetName, eventsTable, limit)}) v`,
  )
  return `with ${eventsTable} as materialized (select ${columns.join(', ')} ${rows.fromClause} where ${where})
    select by, values from (${queries.join(' union all ')}) f order by index`
}

/** Returns a query for the values of a facet of the events in a table, with their row numbers `n` in the order of the result. */
function facetSql(name: FacetName, table: string, limit: number): string {
  const { values, order } = facetDeclarations[name]
  return `select q.*, row_number() over (order by ${order}) as n from (${values(table)}) q order by n limit ${limit}`
}

/** How a facet is computed: a query for its values, labels and counts, and the order of its values. */
interface FacetDeclaration {
  values(table: string): string
  order: string
}

const byCount = 'count desc, label collate "C", value collate "C"'

/** Returns the facet that counts by actors of a kind. */
const actorFacet = (kind: 'COUNTRY' | 'PERSON'): FacetDeclaration => ({
  values: (table) => `
    select a.slug as value, a.name as label, c.count
    from (
      select x."actorId", count(*)::int as count from ${table} join "EventActor" x on x."eventId" = ${table}.id
      where x."actorKind" = '${kind}' group by 1
    ) c join "Actor" a on a.id = c."actorId" where a."retractedAt" is null and a."mergedIntoId" is null`,
  order: byCount,
})

/** Returns the facet that counts by months or years. `value` and `label` are to_char formats; `isKnown` is SQL. */
const periodFacet = (value: string, label: string, isKnown: string): FacetDeclaration => ({
  values: (table) => `
    select to_char("sortDate", '${value}') as value, to_char("sortDate", '${label}') as label, count(*)::int as count
    from ${table} where ${isKnown} group by 1, 2`,
  order: 'value collate "C" desc',
})

const facetDeclarations: Record<FacetName, FacetDeclaration> = {
  TYPE: {
    values: (table) => `
      select type::text as value, left(type::text, 1) || lower(substr(replace(type::text, '_', ' '), 2)) as label,
        count(*)::int as count
      from ${table} group by type`,
    order: byCount,
  },
  COUNTRY: actorFacet('COUNTRY'),
  PERSON: actorFacet('PERSON'),
  MONTH: periodFacet('YYYY-MM', 'FMMonth YYYY', `"dateEarliest" is not null and "datePrecision" <> 'YEAR'`),
  YEAR: periodFacet('YYYY', 'YYYY', '"dateEarliest" is not null'),
  SANCTION_PROGRAM: {
    values: (table) => `
      select s.program as value, s.program as label, count(distinct ${table}.id)::int as count
      from ${table} join "SanctionEvent" x on x."eventId" = ${table}.id join "Sanction" s on s.id = x."sanctionId"
      where s.program is not null and s."retractedAt" is null group by 1`,
    order: byCount,
  },
}
