import { identifiers } from '../../store/edit/identifier.ts'
import { expectedVersion, identifierFields, target } from './input.ts'
import { declareChange } from './mutation.ts'

declareChange('identifierAdd', {
  description: 'Adds an external identifier to a record.',
  input: (t) => ({
    of: t.id({
      required: true,
      description: 'The actor, event, sanction, source or relationship that the identifier belongs to.',
    }),
    expectedVersion: expectedVersion(t),
    ...identifierFields(t),
  }),
  edit: identifiers.add,
  returns: ['identifier', 'record'],
})

declareChange('identifierRemove', {
  description: 'Removes an external identifier from its record.',
  input: (t) => target(t, 'The identifier to remove.'),
  edit: identifiers.remove,
  returns: ['record'],
})
