import { dateColumns } from '../date.ts'
import { detentionTable } from '../detention.ts'
import { partOf } from '../part.ts'
import { byId, recordOf } from '../read-input.ts'
import { detentionFields } from '../rules/actor.ts'
import { editsOf } from './part.ts'

export const detentions = editsOf({
  table: partOf('detentions', detentionTable),
  name: 'detention',
  type: 'Detention',
  owner: { field: 'person', id: recordOf('Person'), column: () => 'personId' },
  fields: detentionFields(byId),
  row: ({ authority, court, startedBy, endedBy, start, end, ...rest }) => ({
    ...rest,
    ...dateColumns('start', start),
    ...dateColumns('end', end),
    authorityId: authority,
    courtId: court,
    startedById: startedBy,
    endedById: endedBy,
  }),
  cited: 'detentionId',
})
