import { identifiers } from '../../store/edit/identifier.ts'
import { expectedVersion, identifierFields, target } from './input.ts'
import { changes } from './mutation.ts'

changes('identifierAdd', {
  description: 'Adds a key that a register gives to a thing.',
  input: (t) => ({
    of: t.id({ required: true, description: 'The actor, event, sanction, source or relationship that bears it.' }),
    expectedVersion: expectedVersion(t),
    ...identifierFields(t),
  }),
  edit: identifiers.add,
  gives: ['identifier', 'record'],
})

changes('identifierRemove', {
  description: 'Removes a key from what bears it.',
  input: (t) => target(t, 'The identifier.'),
  edit: identifiers.remove,
  gives: ['record'],
})
