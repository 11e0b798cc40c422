// The columns that refer to actors and events, and what a merge does with their rows.
import { type FieldRules, participantFields, targetFields } from './field.ts'

/** The parts and references of a record that a merge can move. */
export type MergedPart =
  | 'NAME'
  | 'IDENTIFIER'
  | 'CITATION'
  | 'RELATIONSHIP'
  | 'DETENTION'
  | 'BIRTH'
  | 'PARTICIPANT'
  | 'LINK'
  | 'LOCATION'
  | 'AUTHORITY'
  | 'TARGET'
  | 'ACTION'
  | 'LICENCE'
  | 'REASON'
  | 'SIGHTING'
  | 'FLAG_STATE'
  | 'DISPUTED_VALUE'
  | 'MERGED_RECORD'

/** A foreign key column. The rows that refer to the duplicate are made to refer to the survivor. */
export interface Reference {
  readonly part: MergedPart
  readonly table: string
  readonly column: string
  /**
   * The columns that identify a row among those of one record. A row of the duplicate is equal to the survivor's row with the
   * same values. Equal rows become one: the survivor's row remains.
   */
  readonly key?: readonly string[]
  /** The other foreign key of a row that joins two records. A row that would join the survivor with itself is removed. */
  readonly otherEnd?: string
  /** The fields of equal rows: a value that the survivor's row lacks is taken over, and both values are kept if they differ. */
  readonly fields?: FieldRules
  /** The SQL of the values that remain of equal rows, from the rows `d` and `s`, by column. */
  readonly combined?: Readonly<Record<string, string>>
  /** The columns that refer to rows of this table. */
  readonly children?: readonly Reference[]
}

const dateColumns = (prefix: string) =>
  ['Earliest', 'Latest', 'Precision', 'Text', 'Basis'].map((suffix) => prefix + suffix)

const citation = (column: string): Reference => ({
  part: 'CITATION',
  table: 'Citation',
  column,
  key: ['sourceId', 'start', 'end', 'quote', 'basis'],
})

const disputedValue = (column: string): Reference => ({
  part: 'DISPUTED_VALUE',
  table: 'DisputedValue',
  column,
  key: ['field', ...dateColumns('date'), 'text', 'referenceId'],
  children: [citation('disputedValueId')],
})

const link = (column: string, otherEnd: string): Reference => ({
  part: 'LINK',
  table: 'EventLink',
  column,
  key: [otherEnd, 'kind'],
  otherEnd,
  // A link that one source states is stated.
  combined: { basis: 'least(s.basis, d.basis)' },
  children: [citation('eventLinkId')],
})

/** The columns that refer to events. */
export const toEvents: readonly Reference[] = [
  {
    part: 'PARTICIPANT',
    table: 'EventParticipant',
    column: 'eventId',
    key: ['actorId', 'role'],
    fields: participantFields,
    children: [disputedValue('participantId')],
  },
  link('fromId', 'toId'),
  link('toId', 'fromId'),
  { part: 'ACTION', table: 'SanctionAction', column: 'eventId' },
  { part: 'REASON', table: 'SanctionReason', column: 'eventId', key: ['sanctionId'] },
  { part: 'DETENTION', table: 'Detention', column: 'startedById' },
  { part: 'DETENTION', table: 'Detention', column: 'endedById' },
  { part: 'IDENTIFIER', table: 'Identifier', column: 'eventId' },
  citation('eventId'),
  disputedValue('eventId'),
  { part: 'MERGED_RECORD', table: 'Event', column: 'mergedIntoId' },
]

const relationship = (column: string, otherEnd: string): Reference => ({
  part: 'RELATIONSHIP',
  table: 'Relationship',
  column,
  key: [otherEnd, 'kind', 'title', ...dateColumns('start'), ...dateColumns('end')],
  otherEnd,
  children: [citation('relationshipId'), { part: 'IDENTIFIER', table: 'Identifier', column: 'relationshipId' }],
})

/** The columns that refer to actors. */
export const toActors: readonly Reference[] = [
  { part: 'NAME', table: 'ActorName', column: 'actorId', key: ['value', 'lang'] },
  { part: 'IDENTIFIER', table: 'Identifier', column: 'actorId' },
  citation('actorId'),
  relationship('subjectId', 'objectId'),
  relationship('objectId', 'subjectId'),
  {
    part: 'PARTICIPANT',
    table: 'EventParticipant',
    column: 'actorId',
    key: ['eventId', 'role'],
    fields: participantFields,
    children: [disputedValue('participantId')],
  },
  { part: 'PARTICIPANT', table: 'EventParticipant', column: 'onBehalfOfId' },
  { part: 'LOCATION', table: 'Event', column: 'locationId' },
  { part: 'AUTHORITY', table: 'Sanction', column: 'authorityId' },
  { part: 'LICENCE', table: 'Licence', column: 'authorityId' },
  {
    part: 'TARGET',
    table: 'SanctionTarget',
    column: 'actorId',
    key: ['sanctionId', 'listingId'],
    fields: targetFields,
    children: [
      { part: 'ACTION', table: 'SanctionAction', column: 'targetId' },
      { part: 'LICENCE', table: 'Licence', column: 'targetId' },
      {
        part: 'SIGHTING',
        table: 'Sighting',
        column: 'targetId',
        key: ['list'],
        combined: {
          // The last snapshot before the first one that contains the listing.
          absentOn: `CASE WHEN d."firstSeenOn" < s."firstSeenOn" OR s."firstSeenOn" IS NULL THEN d."absentOn" ELSE s."absentOn" END`,
          firstSeenOn: 'least(s."firstSeenOn", d."firstSeenOn")',
          seenOn: 'greatest(s."seenOn", d."seenOn")',
        },
      },
      disputedValue('targetId'),
      citation('targetId'),
    ],
  },
  { part: 'DETENTION', table: 'Detention', column: 'personId' },
  { part: 'DETENTION', table: 'Detention', column: 'authorityId' },
  { part: 'DETENTION', table: 'Detention', column: 'courtId' },
  {
    part: 'BIRTH',
    table: 'BirthClaim',
    column: 'personId',
    key: [...dateColumns('date'), 'place', 'countryId', 'sourceId'],
  },
  { part: 'BIRTH', table: 'BirthClaim', column: 'countryId' },
  { part: 'FLAG_STATE', table: 'Asset', column: 'flagId' },
  disputedValue('actorId'),
  {
    part: 'DISPUTED_VALUE',
    table: 'DisputedValue',
    column: 'referenceId',
    key: ['field', 'actorId', 'eventId', 'participantId', 'targetId'],
    children: [citation('disputedValueId')],
  },
  { part: 'MERGED_RECORD', table: 'Actor', column: 'mergedIntoId' },
]
