import { database, idOf } from '../../../client.ts'
import { aCountry, anAsset, anOrganization, aPerson, span } from '../../../world.ts'
import { day } from '../editor.ts'
import type { Case } from './case.ts'

const person = async () => idOf('Person', await aPerson())
const held = async (more: object = {}) => {
  const { id } = await aPerson()
  return database.detention.create({ data: { personId: id, certainty: 'ASSERTED', ...more } })
}

export const actorCases: Case[] = [
  [
    'a second open detention of one person',
    'detentionAdd',
    async () => ({ person: idOf('Person', { id: (await held()).personId }), certainty: 'ASSERTED' }),
    'end',
    /end that detention first/,
  ],
  [
    'a detention that is opened again beside an open one',
    'detentionUpdate',
    async () => {
      const { personId } = await held()
      const ended = await database.detention.create({ data: { personId, certainty: 'ASSERTED', outcome: 'RELEASED' } })
      return { id: idOf('Detention', ended), outcome: null }
    },
    'end',
    /end that detention first/,
  ],
  [
    'a detention that ends before it began',
    'detentionUpdate',
    async () => ({ id: idOf('Detention', await held(span('start', '2025-03-01', null))), end: day('2025-02-01') }),
    'end',
    /before the start/,
  ],
  [
    'a relationship to oneself',
    'relationshipAdd',
    async () => {
      const id = await person()
      return { subject: id, object: id, kind: 'ALLY_OF' }
    },
    'object',
    /same as the subject/,
  ],
  [
    'a relationship that ends before it began',
    'relationshipAdd',
    async () => ({
      subject: await person(),
      object: await person(),
      kind: 'ALLY_OF',
      start: day('2025-03-01'),
      end: day('2025-02-01'),
    }),
    'end',
    /before the start/,
  ],
  [
    'a death before the birth',
    'personCreate',
    async () => ({ name: 'Nobody yet', birth: day('1990-01-01'), death: day('1980-01-01') }),
    'death',
    /before the date of birth/,
  ],
  [
    'a country with the code of another',
    'countryCreate',
    async () => ({ name: 'Another', iso2: 'BY', iso3: 'QQZ', region: 'Nowhere', flag: '🏳️' }),
    'iso2',
    /used by another country/,
  ],
  [
    'a name that is known already',
    'actorNameAdd',
    async () => {
      const { id } = await aPerson()
      await database.actorName.create({ data: { actorId: id, value: 'Known', kind: 'ALIAS', searchKey: 'known' } })
      return { actor: idOf('Person', { id }), value: 'Known', kind: 'ALIAS' }
    },
    'value',
    /already a name of this actor/,
  ],
  [
    'a slug of another actor',
    'organizationUpdate',
    async () => ({ id: idOf('Organization', await anOrganization()), slug: (await aPerson()).slug }),
    'slug',
    /used by another actor/,
  ],
  [
    'a flag state that is no country',
    'assetUpdate',
    async () => ({ id: idOf('Asset', await anAsset()), flagState: await person() }),
    'flagState',
    /pass an id of type Country/,
  ],
  [
    'a person who is merged into a country',
    'actorMerge',
    async () => ({ id: await person(), into: idOf('Country', await aCountry()) }),
    'into',
    /is a Country, but the record to merge is a Person/,
  ],
]
