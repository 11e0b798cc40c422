import { citations } from '../../store/edit/citation.ts'
import { citationFields, expectedVersion, target } from './input.ts'
import { changes } from './mutation.ts'

changes('citationAdd', {
  description: 'Says where a source tells of a fact.',
  input: (t) => ({
    of: t.id({
      required: true,
      description: 'The fact: an event, an actor, a sanction, or a link, relationship, action or detention.',
    }),
    expectedVersion: expectedVersion(t),
    ...citationFields(t),
  }),
  edit: citations.add,
  gives: ['citation', 'record'],
})

changes('citationRemove', {
  description: 'Removes a citation.',
  input: (t) => target(t, 'The citation.'),
  edit: citations.remove,
  gives: ['record'],
})
