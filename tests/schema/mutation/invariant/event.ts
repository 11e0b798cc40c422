import { database, idOf } from '../../../client.ts'
import { aLink, anEvent, aParticipant, aPerson, aSource } from '../../../world.ts'
import { newEvent } from '../editor.ts'
import type { Case } from './case.ts'

const event = async () => idOf('Event', await anEvent())

/** Creates an event with a part, which has a part of its own. Returns the first and the last. */
async function nested() {
  const [part, between, whole] = [await anEvent(), await anEvent(), await anEvent()]
  await aLink(part.id, between.id, 'PART_OF')
  await aLink(between.id, whole.id, 'PART_OF')
  return { part, whole }
}

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
    'an event that becomes a part of its part',
    'eventLinkAdd',
    async () => {
      const { part, whole } = await nested()
      return { event: idOf('Event', whole), to: idOf('Event', part), kind: 'PART_OF', basis: 'STATED' }
    },
    'to',
    /is a part of this event/,
  ],
  [
    'a link whose new kind makes an event a part of its part',
    'eventLinkUpdate',
    async () => {
      const { part, whole } = await nested()
      return { id: idOf('EventLink', await aLink(whole.id, part.id)), kind: 'PART_OF' }
    },
    'to',
    /is a part of this event/,
  ],
  [
    'a merge of an event with a part of its part',
    'eventMerge',
    async () => {
      const { part, whole } = await nested()
      return { id: idOf('Event', whole), into: idOf('Event', part) }
    },
    'into',
    /is a part of this event/,
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
