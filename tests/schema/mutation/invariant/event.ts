import { database, idOf } from '../../../client.ts'
import { anEvent, aParticipant, aPerson, aSource } from '../../../world.ts'
import { newEvent } from '../editor.ts'
import type { Case } from './case.ts'

const event = async () => idOf('Event', await anEvent())

export const eventCases: Case[] = [
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
    /already the kind of a link/,
  ],
  [
    'an actor twice in one role',
    'eventParticipantAdd',
    async () => {
      const { eventId, actorId } = await aParticipant((await anEvent()).id, (await aPerson()).id)
      return { event: idOf('Event', { id: eventId }), actor: idOf('Person', { id: actorId }), role: 'PARTY' }
    },
    'role',
    /update that participant/,
  ],
  [
    'someone who acts for himself',
    'eventParticipantUpdate',
    async () => {
      const { id, actorId } = await aParticipant((await anEvent()).id, (await aPerson()).id)
      return { id: idOf('EventParticipant', { id }), onBehalfOf: idOf('Person', { id: actorId }) }
    },
    'onBehalfOf',
    /same as the actor/,
  ],
  [
    'a count of no kind',
    'eventParticipantUpdate',
    async () => {
      const participant = await aParticipant((await anEvent()).id, (await aPerson()).id)
      return { id: idOf('EventParticipant', participant), count: 3 }
    },
    'countKind',
    /set together with count/,
  ],
  [
    'a place that is no country',
    'eventCreate',
    async () => newEvent('Nowhere', { location: idOf('Country', await aPerson()) }),
    'location',
    /existing record of type Country/,
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
    /at most 10 words, but has 11/,
  ],
  [
    'a passage that ends before it begins',
    'citationAdd',
    async () => ({ of: await event(), source: idOf('Source', await aSource()), start: 9, end: 3, basis: 'STATED' }),
    'end',
    /greater than start/,
  ],
  [
    'what is merged into itself',
    'eventMerge',
    async () => {
      const id = await event()
      return { id, into: id }
    },
    'into',
    /is the record itself/,
  ],
]
