import { dateColumns } from '../date.ts'
import { actorTypes, byId, recordOf } from '../read-input.ts'
import { relationshipTable } from '../relationship.ts'
import { relationshipFields } from '../rules/relationship.ts'
import { editsOf } from './part.ts'

const { subject: _, ...fields } = relationshipFields(byId)

export const relationships = editsOf({
  table: { ...relationshipTable, child: 'relationships' },
  name: 'relationship',
  type: 'Relationship',
  owner: { field: 'subject', id: recordOf(...actorTypes), column: () => 'subjectId' },
  fields,
  row: ({ object, start, end, ...rest }) => ({
    ...rest,
    ...dateColumns('start', start),
    ...dateColumns('end', end),
    objectId: object,
  }),
  cited: 'relationshipId',
})
