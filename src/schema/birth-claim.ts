import { builder } from './builder.ts'
import { Country } from './country.ts'
import { fuzzyDate, list } from './fields/model-fields.ts'
import { Person } from './person.ts'
import { Source } from './source.ts'

const BirthClaim = builder.prismaNode('BirthClaim', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    person: t.relation('person', { type: Person }),
    date: fuzzyDate(t, 'date', {
      sense: 'point',
      description: 'Another date of birth than that of the person; null if the statement has no date.',
    }),
    place: t.exposeString('place', { nullable: true }),
    country: t.relation('country', { type: Country, nullable: true }),
    source: t.relation('source', { type: Source, nullable: true }),
  }),
})

builder.prismaObjectField(Person, 'births', (t) =>
  list(t, 'births', BirthClaim, {
    description:
      'Further statements of sources about the birth: dates other than `birth`, and places. They may contradict each other.',
  }),
)
