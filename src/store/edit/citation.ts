import { actorTypes, byId, idOf } from '../read-input.ts'
import { citationFields } from '../rules/field.ts'
import { columnOf } from './identifier.ts'
import { editsOf } from './part.ts'

const subjects = [
  'Event',
  'EventLink',
  'Relationship',
  'Sanction',
  'SanctionAction',
  'Licence',
  'Detention',
  'DisputedValue',
]

export const citations = editsOf({
  table: {
    child: 'citations',
    name: 'Citation',
    id: 'id',
    columns: ['sourceId', 'quote', 'start', 'end', 'basis', 'actorId', ...subjects.map(columnOf)],
  },
  name: 'citation',
  type: 'Citation',
  owner: { field: 'of', id: idOf(...actorTypes, ...subjects), column: ({ type }) => columnOf(type) },
  fields: citationFields(byId),
  row: ({ source, ...rest }) => ({ ...rest, sourceId: source }),
})
