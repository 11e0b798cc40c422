import type { SqlPlanContext } from '../query/field-plan.ts'
import { columnOf } from '../query/table-ref.ts'

export type FacetName = 'TYPE' | 'COUNTRY' | 'PERSON' | 'MONTH' | 'YEAR' | 'SANCTION_PROGRAM'

/** A row of the query. */
export interface FacetRow {
  by: FacetName
  values: { value: string; label: string; count: number }[]
}

/** The facets of a list of events, over its rows on all pages, which are read once. */
export function facetsSql({
  planArguments: { facets: by = [], limit = 0 },
  names,
  completeList,
}: SqlPlanContext): string | undefined {
  if (!completeList) throw new Error('Facets are fields of a list.')
  if (by.length === 0) return undefined
  const { rows, where } = completeList()
  const eventsTable = names.alias()
  const columns = ['id', 'type', 'sortDate', 'dateEarliest', 'datePrecision'].map((column) =>
    columnOf(rows.nodeRef, column),
  )
  const object = `jsonb_build_object('value', value, 'label', label, 'count', count)`
  const facets = by.map(
    (
      name,
      place,
    ) => `select ${place} as place, '${name}' as by, coalesce(jsonb_agg(${object} order by n), '[]') as values
      from (${facetSql(name as FacetName, eventsTable, limit)}) v`,
  )
  return `with ${eventsTable} as materialized (select ${columns.join(', ')} ${rows.fromClause} where ${where})
    select by, values from (${facets.join(' union all ')}) f order by place`
}

/** The values of a facet over the events `of`, each with its number `n` in the order in which they are given. */
function facetSql(name: FacetName, of: string, size: number): string {
  const { values, order } = facets[name]
  return `select q.*, row_number() over (order by ${order}) as n from (${values(of)}) q order by n limit ${size}`
}

interface FacetDeclaration {
  values(of: string): string
  order: string
}

const byCount = 'count desc, label collate "C", value collate "C"'

const actorFacet = (kind: 'COUNTRY' | 'PERSON'): FacetDeclaration => ({
  values: (of) => `
    select a.slug as value, a.name as label, c.count
    from (
      select x."actorId", count(*)::int as count from ${of} join "EventActor" x on x."eventId" = ${of}.id
      where x."actorKind" = '${kind}' group by 1
    ) c join "Actor" a on a.id = c."actorId" where a."retractedAt" is null and a."mergedIntoId" is null`,
  order: byCount,
})

const periodFacet = (value: string, label: string, isKnown: string): FacetDeclaration => ({
  values: (of) => `
    select to_char("sortDate", '${value}') as value, to_char("sortDate", '${label}') as label, count(*)::int as count
    from ${of} where ${isKnown} group by 1, 2`,
  order: 'value collate "C" desc',
})

const facets: Record<FacetName, FacetDeclaration> = {
  TYPE: {
    values: (of) => `
      select type::text as value, left(type::text, 1) || lower(substr(replace(type::text, '_', ' '), 2)) as label,
        count(*)::int as count
      from ${of} group by type`,
    order: byCount,
  },
  COUNTRY: actorFacet('COUNTRY'),
  PERSON: actorFacet('PERSON'),
  MONTH: periodFacet('YYYY-MM', 'FMMonth YYYY', `"dateEarliest" is not null and "datePrecision" <> 'YEAR'`),
  YEAR: periodFacet('YYYY', 'YYYY', '"dateEarliest" is not null'),
  SANCTION_PROGRAM: {
    values: (of) => `
      select s.program as value, s.program as label, count(distinct ${of}.id)::int as count
      from ${of} join "SanctionEvent" x on x."eventId" = ${of}.id join "Sanction" s on s.id = x."sanctionId"
      where s.program is not null and s."retractedAt" is null group by 1`,
    order: byCount,
  },
}
