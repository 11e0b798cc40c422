import { disputedValues } from '../../store/edit/disputed-value.ts'
import { DisputedField } from '../disputed-value.ts'
import { citations, expectedVersion, FuzzyDateInput, reference, target } from './input.ts'
import { declareChange } from './mutation.ts'

declareChange('disputedValueAdd', {
  description:
    'Adds one of several values of a field about which sources differ. Exactly one of `date`, `text` and `reference` is given, as the field requires. The field itself does not change.',
  input: (t) => ({
    of: t.id({ required: true, description: 'The actor, event, participant or target that has the field.' }),
    expectedVersion: expectedVersion(t),
    field: t.field({ type: DisputedField, required: true, description: 'The field.' }),
    date: t.field({ type: FuzzyDateInput, description: 'The value, if it is a date.' }),
    text: t.string({
      description: 'The value, if it is a text, a number or the name of an enum value, such as "MALE".',
    }),
    reference: reference(t, 'The value, if it is an actor, such as the flag state.'),
    citations: citations(t),
  }),
  edit: disputedValues.add,
  returns: ['disputedValue', 'record'],
})

declareChange('disputedValueRemove', {
  description:
    'Removes a disputed value, for example when an editor has found the correct one. To show another value, update the record.',
  input: (t) => target(t, 'The disputed value to remove.'),
  edit: disputedValues.remove,
  returns: ['record'],
})
