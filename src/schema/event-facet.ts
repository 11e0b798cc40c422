import { type FieldPlan, planArguments } from '../query/field-plan.ts'
import { requirePageSize } from '../query/page.ts'
import { readSqlRows } from '../query/sql-rows.ts'
import { builder } from './builder.ts'
import { Event, events } from './event.ts'
import { type FacetName, type FacetRow, facetsSql } from './event-facet.sql.ts'
import { connectionTypesOf } from './fields/connection/connection-types.ts'
import { describedEnum } from './fields/enum.ts'

const EventFacet = describedEnum<FacetName>('EventFacet', 'The properties by which events can be counted.', {
  TYPE: 'The event type, the most frequent first.',
  COUNTRY: 'The countries in the events, as slugs, the most frequent first.',
  PERSON: 'The people in the events, as slugs, the most frequent first.',
  MONTH:
    'The month in which the date starts, such as "2025-03", the latest first. An event counts once, also if its date has an open end. A date without an earliest day or with the precision YEAR does not count.',
  YEAR: 'The year in which the date starts, the latest first. An event counts once, also if its date has an open end. A date without an earliest day does not count.',
  SANCTION_PROGRAM: 'The programmes of the sanctions that the events belong to, the most frequent first.',
})

const FacetValue = builder.objectRef<FacetRow['values'][number]>('FacetValue').implement({
  description: 'One value of a facet, with the number of events that have it.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The value, in the form that filters accept.' }),
    label: t.exposeString('label', { description: 'The value as text for display.' }),
    count: t.exposeInt('count', { description: 'The number of events that have the value.' }),
  }),
})

const Facet = builder.objectRef<FacetRow>('Facet').implement({
  description: 'The number of events in a list for each value of one property.',
  fields: (t) => ({
    by: t.expose('by', { type: EventFacet, description: 'The property.' }),
    values: t.expose('values', { type: [FacetValue], description: 'The values that at least one event has.' }),
  }),
})

interface FacetArgs {
  by: FacetName[]
  first?: number | null
}

function bindArguments({ by, first }: FacetArgs) {
  return planArguments([], { limit: requirePageSize('first', first ?? 20), facets: [...new Set(by)] })
}

const facetsPlan = { kind: 'sql', rows: facetsSql, bindArguments } satisfies FieldPlan

const [EventConnection] = connectionTypesOf(Event, events)

builder.objectField(EventConnection, 'facets', (t) =>
  t.field({
    type: [Facet],
    description:
      'The number of events on all pages together, for each value of the given properties. Counts the events of the list: only EDITED ones, unless `where` has a condition on `origin`. Computed only when selected.',
    args: {
      by: t.arg({
        type: [EventFacet],
        required: true,
        description: 'The properties to count by. Duplicates are ignored.',
      }),
      first: t.arg.int({ description: 'The maximum number of values per property: 1 to 100. Default: 20.' }),
    },
    extensions: { fieldPlan: facetsPlan },
    resolve: (list, args) => readSqlRows<FacetRow>(facetsPlan, args, list as object),
  }),
)
