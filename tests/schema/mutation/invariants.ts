// What breaks a rule that the database holds: the mutation, its input, and where and how it is told.
import { database, idOf } from '../../client.ts'
import {
  aCountry,
  anAsset,
  anEvent,
  anOrganization,
  aParticipant,
  aPerson,
  aSanction,
  aSource,
  aTarget,
  country,
  span,
} from '../../world.ts'
import { day, newEvent } from './editor.ts'

type Case = [what: string, mutation: string, input: () => Promise<object>, path: string, message: RegExp]

const person = async () => idOf('Person', await aPerson())
const event = async () => idOf('Event', await anEvent())
const sanction = async () => idOf('Sanction', await aSanction())
const held = async (more: object = {}) => {
  const { id } = await aPerson()
  return database.detention.create({ data: { personId: id, certainty: 'ASSERTED', ...more } })
}

export const broken: Case[] = [
  [
    'an event that is linked to itself',
    'eventLinkAdd',
    async () => {
      const id = await event()
      return { event: id, to: id, kind: 'CAUSED', basis: 'STATED' }
    },
    'to',
    /is the event itself/,
  ],
  [
    'a link that is there already',
    'eventLinkAdd',
    async () => {
      const link = await database.eventLink.create({
        data: { fromId: (await anEvent()).id, toId: (await anEvent()).id, kind: 'CAUSED', basis: 'STATED' },
      })
      const [from, to] = [idOf('Event', { id: link.fromId }), idOf('Event', { id: link.toId })]
      return { event: from, to, kind: 'CAUSED', basis: 'STATED' }
    },
    'kind',
    /linked already/,
  ],
  [
    'an actor twice in one role',
    'eventParticipantAdd',
    async () => {
      const { eventId, actorId } = await aParticipant((await anEvent()).id, (await aPerson()).id)
      return { event: idOf('Event', { id: eventId }), actor: idOf('Person', { id: actorId }), role: 'PARTY' }
    },
    'role',
    /change that participant/,
  ],
  [
    'someone who acts for himself',
    'eventParticipantUpdate',
    async () => {
      const { id, actorId } = await aParticipant((await anEvent()).id, (await aPerson()).id)
      return { id: idOf('EventParticipant', { id }), onBehalfOf: idOf('Person', { id: actorId }) }
    },
    'onBehalfOf',
    /is the actor itself/,
  ],
  [
    'a count of no kind',
    'eventParticipantUpdate',
    async () => {
      const participant = await aParticipant((await anEvent()).id, (await aPerson()).id)
      return { id: idOf('EventParticipant', participant), count: 3 }
    },
    'countKind',
    /goes with a count/,
  ],
  [
    'a delisting before the listing that is known',
    'sanctionTargetUpdate',
    async () => {
      const target = await aTarget((await aSanction()).id, (await aPerson()).id, span('listed', '2025-03-01', null))
      return { id: idOf('SanctionTarget', target), delisted: day('2025-02-01') }
    },
    'delisted',
    /before the listing/,
  ],
  [
    'a delisting before the listing that is given',
    'sanctionCreate',
    async () => ({
      title: 'Backwards',
      authority: idOf('Country', await country('US')),
      targets: [{ actor: await person(), listed: day('2025-03-01'), delisted: day('2025-02-01') }],
    }),
    'targets.0',
    /delisted before it is listed/,
  ],
  [
    'one target twice',
    'sanctionTargetAdd',
    async () => {
      const { sanctionId, actorId } = await aTarget((await aSanction()).id, (await aPerson()).id)
      return { sanction: idOf('Sanction', { id: sanctionId }), actor: idOf('Person', { id: actorId }) }
    },
    'listingId',
    /tell the two apart/,
  ],
  [
    'an action on the target of another sanction',
    'sanctionActionAdd',
    async () => {
      const target = await aTarget((await aSanction()).id, (await aPerson()).id)
      const action = { kind: 'EASED', date: day('2025-01-01'), certainty: 'ASSERTED' }
      return { sanction: await sanction(), target: idOf('SanctionTarget', target), ...action }
    },
    'target',
    /of another sanction/,
  ],
  [
    'a sanction that is a part of a part of it',
    'sanctionUpdate',
    async () => {
      const whole = await aSanction()
      const part = await aSanction({ partOfId: whole.id })
      const smallest = await aSanction({ partOfId: part.id })
      return { id: idOf('Sanction', whole), partOf: idOf('Sanction', smallest) }
    },
    'partOf',
    /itself a part of this sanction/,
  ],
  [
    'a second open detention of one person',
    'detentionAdd',
    async () => ({ person: idOf('Person', { id: (await held()).personId }), certainty: 'ASSERTED' }),
    'end',
    /end that one first/,
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
    /end that one first/,
  ],
  [
    'a detention that ends before it began',
    'detentionUpdate',
    async () => ({ id: idOf('Detention', await held(span('start', '2025-03-01', null))), end: day('2025-02-01') }),
    'end',
    /before the beginning/,
  ],
  [
    'a relationship to oneself',
    'relationshipAdd',
    async () => {
      const id = await person()
      return { subject: id, object: id, kind: 'ALLY_OF' }
    },
    'object',
    /is the subject itself/,
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
    /before the beginning/,
  ],
  [
    'a death before the birth',
    'personCreate',
    async () => ({ name: 'Nobody yet', birth: day('1990-01-01'), death: day('1980-01-01') }),
    'death',
    /before the birth/,
  ],
  [
    'a country with the code of another',
    'countryCreate',
    async () => ({ name: 'Another', iso2: 'BY', iso3: 'QQZ', region: 'Nowhere', flag: '🏳️' }),
    'iso2',
    /that of another country/,
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
    /known already/,
  ],
  [
    'a source at the address of another',
    'sourceCreate',
    async () => ({ kind: 'ARTICLE', url: (await aSource({ url: 'https://example.org/known' })).url }),
    'url',
    /cite that one/,
  ],
  [
    'a slug of another actor',
    'organizationUpdate',
    async () => ({ id: idOf('Organization', await anOrganization()), slug: (await aPerson()).slug }),
    'slug',
    /that of another actor/,
  ],
  [
    'a place that is no country',
    'eventCreate',
    async () => newEvent('Nowhere', { location: idOf('Country', await aPerson()) }),
    'location',
    /there is no Country of this id/,
  ],
  [
    'a flag state that is no country',
    'assetUpdate',
    async () => ({ id: idOf('Asset', await anAsset()), flagState: await person() }),
    'flagState',
    /pass one of Country/,
  ],
  [
    'a citation of eleven words',
    'citationAdd',
    async () => ({
      of: await event(),
      source: idOf('Source', await aSource()),
      quote: 'one two three four five six seven eight nine ten eleven',
      basis: 'STATED',
    }),
    'quote',
    /10 words at most and has 11/,
  ],
  [
    'a passage that ends before it begins',
    'citationAdd',
    async () => ({ of: await event(), source: idOf('Source', await aSource()), start: 9, end: 3, basis: 'STATED' }),
    'end',
    /after `start`/,
  ],
  [
    'what is merged into itself',
    'eventMerge',
    async () => {
      const id = await event()
      return { id, into: id }
    },
    'into',
    /leads to the record itself/,
  ],
  [
    'a person who is merged into a country',
    'actorMerge',
    async () => ({ id: await person(), into: idOf('Country', await aCountry()) }),
    'into',
    /is a Country, and this is a Person/,
  ],
]
