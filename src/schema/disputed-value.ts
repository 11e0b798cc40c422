import type { DisputedField as FieldValue } from '../db/generated/prisma/enums.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Event } from './event.ts'
import { shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { EventParticipant } from './participant.ts'
import { SanctionTarget } from './sanction-target.ts'

export const DisputedField = describedEnum<FieldValue>(
  'DisputedField',
  'The fields that can have disputed values: of actors, events, participants and targets.',
  {
    DESCRIPTION: 'The description of an actor.',
    BIRTH: 'The date of birth of a person.',
    DEATH: 'The date of death of a person.',
    GENDER: 'The gender of a person.',
    ISO2: 'The ISO 3166-1 alpha-2 code of a country.',
    ISO3: 'The ISO 3166-1 alpha-3 code of a country.',
    ISO_NUMERIC: 'The ISO 3166-1 numeric code of a country.',
    REGION: 'The continent of a country.',
    SUBREGION: 'The part of the continent of a country.',
    FLAG: 'The flag of a country.',
    ASSET_KIND: 'The kind of an asset.',
    FLAG_STATE: 'The flag state of an asset.',
    TITLE: 'The title of an event.',
    SUMMARY: 'The summary of an event.',
    TYPE: 'The type of an event.',
    STATUS: 'The status of an event.',
    CERTAINTY: 'The certainty of an event.',
    DATE: 'The date of an event.',
    LOCATION: 'The location of an event.',
    CAMEO_CODE: 'The CAMEO code of an event.',
    GOLDSTEIN: 'The Goldstein score of an event.',
    COUNT: 'The count of a participant.',
    NOTE: 'The note of a participant.',
    ON_BEHALF_OF: 'The actor on whose behalf a participant acts.',
    LISTED: 'The date of listing of a target.',
    DELISTED: 'The date of delisting of a target.',
  },
)

const disputedValues = listSchema('DisputedValue', 'DisputedValue', (c) => ({
  where: {
    field: c.enum('field', DisputedField),
    text: c.text('text'),
    date: c.fuzzyDate('date', 'The value, if it is a date.'),
  },
}))

export const DisputedValue = builder.prismaNode('DisputedValue', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    field: t.expose('field', { type: DisputedField }),
    date: fuzzyDate(t, 'date', { sense: 'point', description: 'The value, if it is a date; null otherwise.' }),
    text: t.exposeString('text', { nullable: true }),
    reference: t.relation('reference', { type: Actor, nullable: true }),
    actor: t.relation('actor', { type: Actor, nullable: true }),
    event: t.relation('event', { type: Event, nullable: true }),
    participant: t.relation('participant', { type: EventParticipant, nullable: true }),
    target: t.relation('target', { type: SanctionTarget, nullable: true }),
  }),
})

const ofRecord = {
  description:
    'All values of fields about which sources differ, each with its sources. The field itself shows one of them. A merge adds the values of both records.',
  listSchema: disputedValues,
}

builder.prismaInterfaceField(Actor, 'disputedValues', (t) =>
  shortConnection(t, 'Actor.disputedValues', 'disputedValues', DisputedValue, ofRecord),
)
builder.prismaObjectField(Event, 'disputedValues', (t) =>
  shortConnection(t, 'Event.disputedValues', 'disputedValues', DisputedValue, ofRecord),
)
builder.prismaObjectField(EventParticipant, 'disputedValues', (t) =>
  shortConnection(t, 'EventParticipant.disputedValues', 'disputedValues', DisputedValue, ofRecord),
)
builder.prismaObjectField(SanctionTarget, 'disputedValues', (t) =>
  shortConnection(t, 'SanctionTarget.disputedValues', 'disputedValues', DisputedValue, ofRecord),
)
