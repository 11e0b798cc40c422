import * as edit from '../../store/edit/event.ts'
import { builder } from '../builder.ts'
import type { InputFields } from '../declare/pothos.ts'
import { Certainty, EventStatus, EventType } from '../event.ts'
import { LinkKind } from '../event-link.ts'
import { Basis } from '../fuzzy-date.ts'
import { CountKind, ParticipantRole } from '../participant.ts'
import { citations, expectedVersion, FuzzyDateInput, identifiers, slug, target } from './input.ts'
import { changes, creates } from './mutation.ts'

const eventFields = (t: InputFields, required: boolean) => ({
  slug: slug(t),
  title: t.string({ required, description: 'One line that says what happened.' }),
  summary: t.string({ description: 'A few sentences more.' }),
  type: t.field({ type: EventType, required, description: 'What sort of event it is.' }),
  status: t.field({ type: EventStatus, required, description: 'Whether it has happened.' }),
  certainty: t.field({ type: Certainty, required, description: 'How sure it is.' }),
  date: t.field({ type: FuzzyDateInput, required, description: 'When it happened or is to happen.' }),
  location: t.id({ description: 'The country in which it takes place.' }),
  cameoCode: t.string({ description: 'CAMEO event code: two to four digits, with its leading zeros.' }),
  goldstein: t.float({ description: 'Goldstein score, from -10 to 10 in tenths; that of the CAMEO code without it.' }),
})

const participantFields = (t: InputFields, required: boolean) => ({
  actor: t.id({ required, description: 'Who it is.' }),
  role: t.field({ type: ParticipantRole, required, description: 'What part it has.' }),
  count: t.int({ description: 'How many they are, where it is a group; with `countKind`.' }),
  countKind: t.field({ type: CountKind, description: 'How the count is meant.' }),
  onBehalfOf: t.id({ description: 'For whom it acts, such as the country of a president.' }),
  note: t.string({ description: 'What else the source says of the part.' }),
})

const ParticipantInput = builder.inputType('ParticipantInput', {
  description: 'The part that one actor has.',
  fields: (t) => participantFields(t, true),
})

const linkFields = (t: InputFields, required: boolean) => ({
  to: t.id({ required, description: 'The other event.' }),
  kind: t.field({ type: LinkKind, required, description: 'How it bears on it.' }),
  basis: t.field({ type: Basis, required, description: 'Whether a source states it.' }),
})

const EventLinkInput = builder.inputType('EventLinkInput', {
  description: 'How it bears on another event.',
  fields: (t) => ({ ...linkFields(t, true), citations: citations(t) }),
})

export const EventCreateInput = creates('eventCreate', {
  description: 'Adds an event with all that belongs to it.',
  input: (t) => ({
    ...eventFields(t, true),
    participants: t.field({ type: [ParticipantInput], description: 'Who takes part, and how.' }),
    links: t.field({ type: [EventLinkInput], description: 'How it bears on other events.' }),
    citations: citations(t),
    identifiers: identifiers(t),
  }),
  edit: edit.createEvent,
  gives: ['event'],
})

changes('eventUpdate', {
  description: 'Corrects an event. What is left out stays as it is; null empties it.',
  input: (t) => ({ ...target(t, 'The event.'), ...eventFields(t, false) }),
  edit: edit.updateEvent,
  gives: ['event'],
})

changes('eventRetract', {
  description:
    'Withdraws an event: lists leave it out, nothing can be written to it any more, and by its id it is still given. There is no way back.',
  input: (t) => target(t, 'The event.'),
  edit: edit.retractEvent,
  gives: ['event'],
})

changes('eventMerge', {
  description:
    'Leads an event to another that it turned out to be. What belongs to it goes over to that one, which is given back; ids and slugs of the merged one lead there from now on.',
  input: (t) => ({
    ...target(t, 'The event that is the other one.'),
    into: t.id({ required: true, description: 'The event that stays.' }),
  }),
  edit: edit.mergeEvent,
  gives: ['event'],
})

changes('eventParticipantAdd', {
  description: 'Adds a participant to an event.',
  input: (t) => ({
    event: t.id({ required: true, description: 'The event.' }),
    expectedVersion: expectedVersion(t),
    ...participantFields(t, true),
  }),
  edit: edit.participants.add,
  gives: ['participant', 'event'],
})

changes('eventParticipantUpdate', {
  description: 'Corrects a participant. What is left out stays as it is; null empties it.',
  input: (t) => ({ ...target(t, 'The participant.'), ...participantFields(t, false) }),
  edit: edit.participants.update,
  gives: ['participant', 'event'],
})

changes('eventParticipantRemove', {
  description: 'Removes a participant from its event.',
  input: (t) => target(t, 'The participant.'),
  edit: edit.participants.remove,
  gives: ['event'],
})

changes('eventLinkAdd', {
  description: 'Says how an event bears on another.',
  input: (t) => ({
    event: t.id({ required: true, description: 'The event of which it is said.' }),
    expectedVersion: expectedVersion(t),
    ...linkFields(t, true),
    citations: citations(t),
  }),
  edit: edit.links.add,
  gives: ['link', 'event'],
})

changes('eventLinkUpdate', {
  description: 'Corrects a link. What is left out stays as it is.',
  input: (t) => ({ ...target(t, 'The link.'), ...linkFields(t, false) }),
  edit: edit.links.update,
  gives: ['link', 'event'],
})

changes('eventLinkRemove', {
  description: 'Removes a link from the event of which it is said.',
  input: (t) => target(t, 'The link.'),
  edit: edit.links.remove,
  gives: ['event'],
})
