import * as edit from '../../store/edit/event.ts'
import { builder } from '../builder.ts'
import { Certainty, EventOrigin, EventStatus, EventType } from '../event.ts'
import { LinkKind } from '../event-link.ts'
import type { InputFields } from '../fields/pothos.ts'
import { Basis } from '../fuzzy-date.ts'
import { CountKind, ParticipantRole } from '../participant.ts'
import { citations, expectedVersion, FuzzyDateInput, identifiers, reference, slug, target } from './input.ts'
import { declareChange, declareCreate } from './mutation.ts'

const eventFields = (t: InputFields, required: boolean) => ({
  slug: slug(t),
  title: t.string({ required, description: 'A headline of one line.' }),
  summary: t.string({ description: 'A summary of a few sentences.' }),
  type: t.field({ type: EventType, required, description: 'The type of event.' }),
  status: t.field({ type: EventStatus, required, description: 'Whether the event has happened.' }),
  certainty: t.field({
    type: Certainty,
    required,
    description:
      'How certain the fact is, apart from how exactly its date is known (`precision`) and whether the date is stated or inferred (`basis`).',
  }),
  date: t.field({ type: FuzzyDateInput, required, description: 'The date of the event, past or expected.' }),
  location: reference(t, 'The country where the event takes place.'),
  cameoCode: t.string({ description: 'CAMEO event code of two to four digits, with leading zeros.' }),
  goldstein: t.float({
    description:
      'Goldstein score from -10 (hostile) to 10 (friendly), with at most one decimal. Default: the score of the CAMEO code.',
  }),
  origin: t.field({ type: EventOrigin, description: 'Who wrote the record. Default for a new event: EDITED.' }),
})

const participantFields = (t: InputFields, required: boolean) => ({
  actor: reference(t, 'The actor.', required),
  role: t.field({ type: ParticipantRole, required, description: 'The role of the actor in the event.' }),
  count: t.int({ description: 'The number of people or members, for a group. Requires `countKind`.' }),
  countKind: t.field({ type: CountKind, description: 'Whether `count` is exact. Requires `count`.' }),
  onBehalfOf: reference(t, 'The actor on whose behalf it acts, such as the country of a president.'),
  note: t.string({ description: 'A note from the source about the role.' }),
})

const ParticipantInput = builder.inputType('ParticipantInput', {
  description: 'An actor and its role in an event.',
  fields: (t) => participantFields(t, true),
})

const linkFields = (t: InputFields, required: boolean) => ({
  to: reference(t, 'The other event.', required),
  kind: t.field({ type: LinkKind, required, description: 'How the two events are related.' }),
  basis: t.field({ type: Basis, required, description: 'Whether a source states the link or the link was inferred.' }),
})

const EventLinkInput = builder.inputType('EventLinkInput', {
  description: 'A link to another event.',
  fields: (t) => ({ ...linkFields(t, true), citations: citations(t) }),
})

export const EventCreateInput = declareCreate('eventCreate', {
  description: 'Creates an event with its participants, links, identifiers and citations.',
  input: (t) => ({
    ...eventFields(t, true),
    participants: t.field({ type: [ParticipantInput], description: 'The participants and their roles.' }),
    links: t.field({ type: [EventLinkInput], description: 'Links to other events.' }),
    citations: citations(t),
    identifiers: identifiers(t),
  }),
  edit: edit.createEvent,
  returns: ['event'],
})

declareChange('eventUpdate', {
  description: 'Updates an event. Omitted fields do not change; null clears a field.',
  input: (t) => ({ ...target(t, 'The event.'), ...eventFields(t, false) }),
  edit: edit.updateEvent,
  returns: ['event'],
})

declareChange('eventRetract', {
  description:
    'Retracts an event. It is no longer listed and can no longer be changed, but can still be read by id. `eventRestore` undoes this.',
  input: (t) => target(t, 'The event.'),
  edit: edit.retractEvent,
  returns: ['event'],
})

declareChange('eventRestore', {
  description: 'Undoes the retraction of an event: it is listed and can be changed again.',
  input: (t) => target(t, 'The retracted event.'),
  edit: edit.restoreEvent,
  returns: ['event'],
})

export const EventMergeInput = declareChange('eventMerge', {
  description:
    'Merges a duplicate event into another event. Everything that belongs to the duplicate moves to the other event, which is returned. It takes over the values that it lacks; where values differ, both are kept in `disputedValues`. The id and slug of the duplicate then return the other event. `eventMergePreview` shows beforehand what the merge does, and `eventUnmerge` undoes it.',
  input: (t) => ({
    ...target(t, 'The duplicate event, which is merged into the other.'),
    into: t.id({ required: true, description: 'The event that remains.' }),
  }),
  edit: edit.mergeEvent,
  returns: ['event'],
})

declareChange('eventUnmerge', {
  description:
    'Undoes the latest merge into an event. The merged event, which is returned, gets back what the merge moved, unless it was changed since. Facts that were added since stay with the other event. Merges by an import, and those before Dateline could undo merges, cannot be undone.',
  input: (t) => ({
    id: t.id({
      required: true,
      description: 'The merged event: its own id, which `changes` has, and which otherwise returns the other event.',
    }),
    expectedVersion: t.int({
      description:
        'The version of the other event that the change is based on. If it is at another version, nothing is written and `ConflictError` is returned. Default: no check.',
    }),
  }),
  edit: edit.unmergeEvent,
  returns: ['event'],
})

declareChange('eventParticipantAdd', {
  description: 'Adds a participant to an event.',
  input: (t) => ({
    event: reference(t, 'The event.', true),
    expectedVersion: expectedVersion(t),
    ...participantFields(t, true),
  }),
  edit: edit.participants.add,
  returns: ['participant', 'event'],
})

declareChange('eventParticipantUpdate', {
  description: 'Updates a participant. Omitted fields do not change; null clears a field.',
  input: (t) => ({ ...target(t, 'The participant.'), ...participantFields(t, false) }),
  edit: edit.participants.update,
  returns: ['participant', 'event'],
})

declareChange('eventParticipantRemove', {
  description: 'Removes a participant from an event.',
  input: (t) => target(t, 'The participant.'),
  edit: edit.participants.remove,
  returns: ['event'],
})

declareChange('eventLinkAdd', {
  description: 'Links an event to another event.',
  input: (t) => ({
    event: reference(t, 'The event at which the link starts.', true),
    expectedVersion: expectedVersion(t),
    ...linkFields(t, true),
    citations: citations(t),
  }),
  edit: edit.links.add,
  returns: ['link', 'event'],
})

declareChange('eventLinkUpdate', {
  description: 'Updates a link between two events. Omitted fields do not change.',
  input: (t) => ({ ...target(t, 'The link.'), ...linkFields(t, false) }),
  edit: edit.links.update,
  returns: ['link', 'event'],
})

declareChange('eventLinkRemove', {
  description: 'Removes a link between two events.',
  input: (t) => target(t, 'The link.'),
  edit: edit.links.remove,
  returns: ['event'],
})
