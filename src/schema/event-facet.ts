import { DomainError } from '../domain/errors.ts'
import { type Meaning, question } from '../plan/meaning.ts'
import { readSqlRows } from '../plan/sql-rows.ts'
import { builder } from './builder.ts'
import { connectionOf } from './declare/connection/type.ts'
import { describedEnum } from './declare/enum.ts'
import { Event, events } from './event.ts'
import { type FacetName, type FacetRow, facetsSql } from './event-facet.sql.ts'

const EventFacet = describedEnum<FacetName>('EventFacet', 'What events are counted by.', {
  TYPE: 'Their type; the most frequent first.',
  COUNTRY: 'The countries in them, by slug; the most frequent first.',
  PERSON: 'The people in them, by slug; the most frequent first.',
  MONTH: 'The month in which their date begins, such as "2025-03"; the latest first.',
  YEAR: 'The year in which their date begins; the latest first.',
  SANCTION_PROGRAM: 'The programmes of the sanctions whose story they belong to; the most frequent first.',
})

const FacetValue = builder.objectRef<FacetRow['values'][number]>('FacetValue').implement({
  description: 'One value that events have in common, and how many have it.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The value, as a filter takes it.' }),
    label: t.exposeString('label', { description: 'The value in words.' }),
    count: t.exposeInt('count', { description: 'How many events have it.' }),
  }),
})

const Facet = builder.objectRef<FacetRow>('Facet').implement({
  description: 'The events of a list, counted by what they have in common.',
  fields: (t) => ({
    by: t.expose('by', { type: EventFacet, description: 'What they are counted by.' }),
    values: t.expose('values', { type: [FacetValue], description: 'The values, none of which has no event.' }),
  }),
})

interface FacetArgs {
  by: FacetName[]
  first?: number | null
}

function ask({ by, first }: FacetArgs) {
  const size = first ?? 20
  if (size < 1 || size > 100) throw new DomainError(`first has to be from 1 to 100, and is ${size}.`)
  return question([], { size, by: [...new Set(by)] })
}

const facets = { is: 'sql', rows: facetsSql, ask } satisfies Meaning

const [EventConnection] = connectionOf(Event, events)

builder.objectField(EventConnection, 'facets', (t) =>
  t.field({
    type: [Facet],
    description:
      'The events on all pages together, counted by what they have in common. Costs a count for each, and nothing unless asked for.',
    args: {
      by: t.arg({ type: [EventFacet], required: true, description: 'What to count by, each once.' }),
      first: t.arg.int({ description: 'How many values of each at most, from 1 to 100; 20 without it.' }),
    },
    extensions: { meaning: facets },
    resolve: (list, args) => readSqlRows<FacetRow>(facets, args, list as object),
  }),
)
