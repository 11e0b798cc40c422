// What the events of a list have in common, counted: how many there are of each type, in each country, in each month.
import type { Rows } from './rows.ts'
import { columnOf } from './sql.ts'

export type FacetName = 'TYPE' | 'COUNTRY' | 'PERSON' | 'MONTH' | 'YEAR' | 'SANCTION_PROGRAM'

/** The events to be counted, as a query; facets read it under an alias. */
export function countedSql({ from, node }: Rows, where: string): string {
  const columns = ['id', 'type', 'sortDate', 'dateEarliest', 'datePrecision'].map((column) => columnOf(node, column))
  return `select ${columns.join(', ')} ${from} where ${where}`
}

/** The values of a facet over the events `of`, each with its number `n` in the order in which they are given. */
export function facetSql(name: FacetName, of: string, size: number): string {
  const { values, order } = facets[name]
  return `select q.*, row_number() over (order by ${order}) as n from (${values(of)}) q order by n limit ${size}`
}

interface FacetDeclaration {
  values(of: string): string
  order: string
}

const mostFirst = 'count desc, label collate "C", value collate "C"'

const actors = (kind: 'COUNTRY' | 'PERSON'): FacetDeclaration => ({
  values: (of) => `
    select a.slug as value, a.name as label, c.count
    from (
      select x."actorId", count(*)::int as count from ${of} join "EventActor" x on x."eventId" = ${of}.id
      where x."actorKind" = '${kind}' group by 1
    ) c join "Actor" a on a.id = c."actorId" where a."retractedAt" is null and a."mergedIntoId" is null`,
  order: mostFirst,
})

const periods = (value: string, label: string, isKnown: string): FacetDeclaration => ({
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
    order: mostFirst,
  },
  COUNTRY: actors('COUNTRY'),
  PERSON: actors('PERSON'),
  MONTH: periods('YYYY-MM', 'FMMonth YYYY', `"dateEarliest" is not null and "datePrecision" <> 'YEAR'`),
  YEAR: periods('YYYY', 'YYYY', '"dateEarliest" is not null'),
  SANCTION_PROGRAM: {
    values: (of) => `
      select s.program as value, s.program as label, count(distinct ${of}.id)::int as count
      from ${of} join "SanctionEvent" x on x."eventId" = ${of}.id join "Sanction" s on s.id = x."sanctionId"
      where s.program is not null and s."retractedAt" is null group by 1`,
    order: mostFirst,
  },
}
