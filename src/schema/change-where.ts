// The filter of the change log: the inputs of `where`, and their conditions.

import type {
  ChangeOperation as ChangeOperationValue,
  TrackedType as TrackedTypeValue,
} from '../db/generated/prisma/enums.ts'
import { UserError } from '../domain/errors.ts'
import { readIdOf } from '../domain/id.ts'
import { all, alwaysTrue, type Condition } from '../query/condition.ts'
import { actorTypes } from './actor-kind.ts'
import { builder } from './builder.ts'
import { changesField, concerns, concernsCountries } from './change.sql.ts'
import { describedEnum } from './fields/enum.ts'

export const TrackedType = describedEnum<TrackedTypeValue>(
  'TrackedType',
  'The types of record whose changes are recorded in the change log.',
  {
    ACTOR: 'An actor, with its names, identifiers, relationships, births, detentions and citations.',
    EVENT: 'An event, with its participants, links, identifiers and citations.',
    SANCTION: 'A sanction, with its targets, actions, reasons, licences, identifiers and citations.',
    SOURCE: 'A source, with its identifiers.',
  },
)

export const ChangeOperation = describedEnum<ChangeOperationValue>(
  'ChangeOperation',
  'The kinds of change of a record.',
  {
    CREATED: 'The record was created.',
    UPDATED: 'The record, or a part of it, was changed.',
    RETRACTED: 'The record was retracted.',
    MERGED: 'The record was merged into another record, which its id and slug now return.',
    UNMERGED: 'A merge of the record was undone. Its id and slug return the record itself again.',
    RESTORED: 'The retraction of the record was undone.',
    ERASED:
      'The person was erased. The entry that says so has this operation, and so do all earlier entries of the person, which have lost their content.',
  },
)

/** The fields and lists that a change can name. The tests compare them with the tables of the change log. */
export const changeFields: readonly string[] = [
  ...[
    'kind',
    'slug',
    'name',
    'description',
    'gender',
    'birth',
    'death',
    'iso2',
    'iso3',
    'isoNumeric',
    'region',
    'subregion',
  ],
  ...[
    'flag',
    'assetKind',
    'flagState',
    'names',
    'identifiers',
    'relationships',
    'births',
    'detentions',
    'disputedValues',
  ],
  ...[
    'citations',
    'title',
    'summary',
    'type',
    'status',
    'certainty',
    'date',
    'location',
    'origin',
    'cameoCode',
    'goldstein',
  ],
  ...[
    'participants',
    'links',
    'program',
    'authority',
    'measures',
    'sector',
    'scope',
    'statedReason',
    'partOf',
    'targets',
  ],
  ...['actions', 'reasonEvents', 'licences', 'publisher', 'url', 'publishedOn', 'language', 'license', 'sha256'],
  ...['retractedAt', 'mergedInto'],
]

export const ChangeWhere = builder.inputType('ChangeWhere', {
  description:
    'Conditions on changes. All given conditions must match. Null conditions are ignored. Changes that match are looked for from the end at which the page starts: in a long log, bound the search for rare ones by `since` or a cursor.',
  fields: (t) => ({
    types: t.field({ type: [TrackedType], description: 'The type of the record is one of these.' }),
    operations: t.field({ type: [ChangeOperation], description: 'The operation is one of these.' }),
    ids: t.field({ type: ['ID'], description: 'The record is one of these, of any type that has a history.' }),
    concerns: t.field({
      type: ['ID'],
      description:
        'Changes of these actors and sanctions, of events with these actors or with actions on these sanctions, and of sanctions by or on these actors. Retracted events and past targets count too, and so does the change that takes an actor out of an event or a sanction.',
    }),
    countries: t.stringList({
      description:
        'The same as `concerns`, for countries by their ISO 3166-1 codes of two or three letters, such as "BY".',
    }),
    fields: t.stringList({
      description:
        'One of these fields or lists of the record was changed, such as "status" or "participants". A retraction and its undoing change "retractedAt". For a new record, each field with a value counts.',
    }),
  }),
})

/** The value of a `ChangeWhere` argument. */
export interface ChangeWhereInput {
  types?: readonly TrackedTypeValue[] | null
  operations?: readonly ChangeOperationValue[] | null
  ids?: readonly string[] | null
  concerns?: readonly string[] | null
  countries?: readonly string[] | null
  fields?: readonly string[] | null
}

const trackedTypeNames = ['Event', 'Sanction', 'Source', ...actorTypes]

/** Returns the conditions of a `where` argument on columns of a change. Throws a UserError if an id is of another type. */
export function columnFilter({ types, operations, ids }: ChangeWhereInput) {
  return { types, operations, entityIds: ids?.map((id) => readIdOf(trackedTypeNames, id)) }
}

/** Returns the condition that needs other tables, or the content of a change; undefined if there is none. Throws a UserError if a value is not valid. */
export function contentFilter({ concerns: ids, countries, fields }: ChangeWhereInput): Condition | undefined {
  const conditions = [
    ...(ids ? [concerns(ids.map((id) => readIdOf(['Sanction', ...actorTypes], id)))] : []),
    ...(countries ? [concernsCountries(countries.map(countryCode))] : []),
    ...(fields ? [changesField(fields.map(fieldName))] : []),
  ]
  return conditions.length > 0 ? all(...conditions) : undefined
}

/** Returns the condition of a `where` argument on changes. Throws a UserError if a value is not valid. */
export function changeCondition(where: ChangeWhereInput): Condition {
  const { types, operations, entityIds } = columnFilter(where)
  const isIn = (column: string, value: readonly string[] | null | undefined): Condition =>
    value ? { column, operator: 'in', value } : alwaysTrue
  return all(
    isIn('type', types),
    isIn('operation', operations),
    isIn('entityId', entityIds),
    contentFilter(where) ?? alwaysTrue,
  )
}

function countryCode(code: string): string {
  if (/^[A-Z]{2,3}$/.test(code)) return code
  throw new UserError(
    `"${code}" is not an ISO 3166-1 code of a country: pass two or three capital letters, such as "BY" or "BLR".`,
  )
}

function fieldName(name: string): string {
  if (changeFields.includes(name)) return name
  throw new UserError(
    `No record in the change log has the field "${name}": pass the name of a field or list, such as "status" or "participants".`,
  )
}
