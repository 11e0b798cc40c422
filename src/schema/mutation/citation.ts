import { citations } from '../../store/edit/citation.ts'
import { citationFields, expectedVersion, target } from './input.ts'
import { declareChange } from './mutation.ts'

declareChange('citationAdd', {
  description: 'Adds a citation: a passage of a source that supports a fact.',
  input: (t) => ({
    of: t.id({
      required: true,
      description:
        'The cited fact: an event, an event link, an actor, a relationship, a detention, a sanction, a sanction action, a licence, a target of a sanction or a disputed value.',
    }),
    expectedVersion: expectedVersion(t),
    ...citationFields(t),
  }),
  edit: citations.add,
  returns: ['citation', 'record'],
})

declareChange('citationRemove', {
  description: 'Removes a citation.',
  input: (t) => target(t, 'The citation to remove.'),
  edit: citations.remove,
  returns: ['record'],
})
