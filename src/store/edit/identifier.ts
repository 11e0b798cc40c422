import { actorTypes, idOf } from '../read-input.ts'
import { identifierFields } from './input.ts'
import { editsOf } from './part.ts'

const subjects = ['Event', 'Sanction', 'Source', 'Relationship']

export const identifiers = editsOf({
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

/** Returns the foreign key column of a part that refers to its owner of this type. */
export function columnOf(type: string): string {
  return actorTypes.includes(type) ? 'actorId' : `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`
}
