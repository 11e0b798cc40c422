import type { DisputedField } from '../../db/generated/prisma/enums.ts'
import { readId } from '../../domain/id.ts'
import { Invalid } from '../../domain/mutation-error.ts'
import { dateColumnNames, dateColumns } from '../date.ts'
import { actorTypes, byId, idOf } from '../read-input.ts'
import { disputedValueFields, mistakeInDisputedValue } from '../rules/disputed-value.ts'
import { type Edit, editsOf } from './part.ts'

/** The foreign key columns of the records and parts that have the fields. */
const columns: Record<string, string> = {
  ...Object.fromEntries(actorTypes.map((type) => [type, 'actorId'])),
  Event: 'eventId',
  EventParticipant: 'participantId',
  SanctionTarget: 'targetId',
}

const edits = editsOf({
  table: {
    child: 'disputedValues',
    name: 'DisputedValue',
    id: 'id',
    columns: [...new Set(Object.values(columns)), 'field', ...dateColumnNames('date'), 'text', 'referenceId'],
  },
  name: 'disputedValue',
  type: 'DisputedValue',
  owner: { field: 'of', id: idOf(...Object.keys(columns)), column: ({ type }) => columns[type] ?? '' },
  fields: disputedValueFields(byId),
  row: ({ date, reference, ...rest }) => ({ ...rest, ...dateColumns('date', date), referenceId: reference }),
  cited: 'disputedValueId',
})

const add: Edit = async (tx, input) => {
  const given = input as { of: string; field: DisputedField }
  const type = typeOf(given.of)
  // An id of another type is reported with the other mistakes in the input.
  const mistake = type && columns[type] ? mistakeInDisputedValue(type, given) : undefined
  if (mistake) throw new Invalid([{ path: [mistake.path], message: mistake.message }])
  return edits.add(tx, input)
}

function typeOf(id: string): string | undefined {
  try {
    return readId(id).type
  } catch {
    return undefined
  }
}

export const disputedValues = { add, remove: edits.remove }
