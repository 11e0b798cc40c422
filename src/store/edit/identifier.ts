import { requireNotErased } from '../erasure/tombstone.ts'
import { actorTypes, idOf } from '../read-input.ts'
import { identifierFields } from './input.ts'
import { type Edit, editsOf } from './part.ts'

const subjects = ['Event', 'Sanction', 'Source', 'Relationship']

const edits = editsOf({
  table: {
    child: 'identifiers',
    name: 'Identifier',
    id: 'id',
    columns: ['scheme', 'value', 'actorId', ...subjects.map(columnOf)],
  },
  name: 'identifier',
  type: 'Identifier',
  owner: { field: 'of', id: idOf(...actorTypes, ...subjects), column: ({ type }) => columnOf(type) },
  fields: identifierFields,
  row: (fields) => fields,
})

export const identifiers = { ...edits, add: ofNobodyErased(edits.add) }

/** Refuses to add an identifier of an erased person. */
function ofNobodyErased(edit: Edit): Edit {
  return async (tx, input) => {
    const answer = await edit(tx, input)
    const row = await tx.identifier.findUniqueOrThrow({ where: { id: answer.identifier ?? '' } })
    if (row.actorId) await requireNotErased(tx, [row], () => ['value'])
    return answer
  }
}

/** Returns the foreign key column of a part that refers to its owner of this type. */
export function columnOf(type: string): string {
  return actorTypes.includes(type) ? 'actorId' : `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`
}
