import { reads } from '../db/client.ts'
import { type Condition, onRelated } from '../query/condition.ts'
import { Actor, actorColumns, actorFilters, actorOrders, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { relatedColumn } from './fields/model-fields.ts'
import { columnKey, idKey, keyInput } from './fields/record-key.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { current, Versioned } from './versioned.ts'

export const countries = listSchema('Country', 'Actor', (c) => ({
  where: {
    ...actorFilters(c),
    iso2: c.relation('country').text('iso2'),
    iso3: c.relation('country').text('iso3'),
    region: c.relation('country').text('region'),
    subregion: c.relation('country').text('subregion'),
    eventsLocated: c.toMany('located', 'Event'),
  },
  orderBy: actorOrders(c),
  base: isKind('COUNTRY'),
  visible: current,
  search: 'search_actors',
}))

export const Country = builder.prismaNode('Actor', {
  variant: 'Country',
  description: 'A country or territory with an ISO 3166-1 code.',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'COUNTRY' }),
  nullable: true,
  select: actorColumns,
  fields: (t) => ({
    iso2: relatedColumn(t, 'country', 'iso2'),
    iso3: relatedColumn(t, 'country', 'iso3'),
    isoNumeric: relatedColumn(t, 'country', 'isoNumeric'),
    region: relatedColumn(t, 'country', 'region'),
    subregion: relatedColumn(t, 'country', 'subregion'),
    flag: relatedColumn(t, 'country', 'flag'),
  }),
})

/** Returns the condition on the row of a country's codes that it has an ISO 3166-1 code of two or three letters, in any case. */
export const codeIs = (code: string): Condition => ({
  column: code.length === 2 ? 'iso2' : 'iso3',
  operator: '=',
  value: code.toUpperCase(),
})

const countryKeyInput = keyInput('CountryRef', 'The key of a country: exactly one of the fields.', {
  id: idKey('Country'),
  slug: columnKey('slug', 'The slug.'),
  code: {
    type: 'String',
    description: 'The ISO 3166-1 code of two or three letters, such as "BY" or "BLR".',
    condition: (code: string) => onRelated(['country'], codeIs(code)),
  },
})

recordQueries(
  Country,
  countries,
  () => reads.actor,
  {
    country: {
      description: 'The country with this key; null if it does not exist.',
      key: countryKeyInput,
    },
  },
  {
    countries: {
      description: 'Countries and territories, by name.',
      defaultOrder: [{ field: 'NAME', direction: 'ASC' }],
    },
  },
)
