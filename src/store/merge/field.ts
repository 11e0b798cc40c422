// The fields of records and of equal parts. In a merge, the survivor takes over the values that it lacks. If both records have
// a value and the values differ, both are kept as disputed values.
import type { DisputedField } from '../../db/generated/prisma/enums.ts'
import type { ColumnValues } from '../rows.ts'

/** The columns of `DisputedValue` with a value. */
export type ValueColumns = Readonly<Record<string, unknown>>

export interface MergedField {
  readonly field: DisputedField
  /** The columns of the field. The field has a value if the first column is not null. */
  readonly columns: readonly string[]
  /** Returns the value of a row, in the columns of `DisputedValue`. */
  value(row: ColumnValues): ValueColumns
  /**
   * Whether the absence of a value is a fact too, such as that of a date of delisting: the entry is listed. If one row lacks the value,
   * so does the result, and the value of the other row becomes a disputed value.
   */
  readonly absenceIsFact?: boolean
}

/** The fields of the rows of a table. */
export interface FieldRules {
  readonly table: string
  /** The name of the id column. */
  readonly id: string
  /** The column of `DisputedValue` that refers to the record or part that has the fields. */
  readonly owner: 'actorId' | 'eventId' | 'participantId' | 'targetId'
  readonly fields: readonly MergedField[]
  /** The prefixes of two dates, of which the first must not be after the second. */
  readonly inOrder?: readonly [first: string, second: string]
  /** Whether the columns are unique, so that two rows cannot have the same value. */
  readonly unique?: boolean
}

const suffixes = ['Precision', 'Earliest', 'Latest', 'Text', 'Basis']

const dateField = (field: DisputedField, prefix: string): MergedField => ({
  field,
  columns: suffixes.map((suffix) => prefix + suffix),
  value: (row) => Object.fromEntries(suffixes.map((suffix) => [`date${suffix}`, row[prefix + suffix] ?? null])),
})

const textField = (field: DisputedField, column: string): MergedField => ({
  field,
  columns: [column],
  value: (row) => ({ text: String(row[column]) }),
})

const referenceField = (field: DisputedField, column: string): MergedField => ({
  field,
  columns: [column],
  value: (row) => ({ referenceId: row[column] }),
})

const countField: MergedField = {
  field: 'COUNT',
  columns: ['count', 'countKind'],
  value: ({ count, countKind }) => ({ text: countKind === 'EXACT' ? `${count}` : `${countKind} ${count}` }),
}

/** The fields of actors. Those of a kind are in a table of the kind. */
export const actorFields: readonly FieldRules[] = [
  { table: 'Actor', id: 'id', owner: 'actorId', fields: [textField('DESCRIPTION', 'description')] },
  {
    table: 'Person',
    id: 'actorId',
    owner: 'actorId',
    fields: [dateField('BIRTH', 'birth'), dateField('DEATH', 'death'), textField('GENDER', 'gender')],
    inOrder: ['birth', 'death'],
  },
  {
    table: 'Country',
    id: 'actorId',
    owner: 'actorId',
    fields: [
      textField('ISO2', 'iso2'),
      textField('ISO3', 'iso3'),
      textField('ISO_NUMERIC', 'isoNumeric'),
      textField('REGION', 'region'),
      textField('SUBREGION', 'subregion'),
      textField('FLAG', 'flag'),
    ],
    unique: true,
  },
  {
    table: 'Asset',
    id: 'actorId',
    owner: 'actorId',
    fields: [textField('ASSET_KIND', 'kind'), referenceField('FLAG_STATE', 'flagId')],
  },
]

/** The fields of events. */
export const eventFields: readonly FieldRules[] = [
  {
    table: 'Event',
    id: 'id',
    owner: 'eventId',
    fields: [
      textField('TITLE', 'title'),
      textField('SUMMARY', 'summary'),
      textField('TYPE', 'type'),
      textField('STATUS', 'status'),
      textField('CERTAINTY', 'certainty'),
      dateField('DATE', 'date'),
      referenceField('LOCATION', 'locationId'),
      textField('CAMEO_CODE', 'cameoCode'),
      textField('GOLDSTEIN', 'goldstein'),
    ],
  },
]

/** The fields of participants: the same actor has the same role in both records. */
export const participantFields: FieldRules = {
  table: 'EventParticipant',
  id: 'id',
  owner: 'participantId',
  fields: [countField, textField('NOTE', 'note'), referenceField('ON_BEHALF_OF', 'onBehalfOfId')],
}

/** The fields of targets: both records have the same listing. */
export const targetFields: FieldRules = {
  table: 'SanctionTarget',
  id: 'id',
  owner: 'targetId',
  fields: [dateField('LISTED', 'listed'), { ...dateField('DELISTED', 'delisted'), absenceIsFact: true }],
  inOrder: ['listed', 'delisted'],
}
