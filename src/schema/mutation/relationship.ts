import { relationships } from '../../store/edit/relationship.ts'
import type { InputFields } from '../fields/pothos.ts'
import { RelationshipKind } from '../relationship.ts'
import { citations, expectedVersion, FuzzyDateInput, reference, target } from './input.ts'
import { declareChange } from './mutation.ts'

const fields = (t: InputFields, required: boolean) => ({
  kind: t.field({ type: RelationshipKind, required, description: 'The kind of relationship.' }),
  object: reference(t, 'The object of the relationship, such as the country in which the office is held.', required),
  title: t.string({ description: 'The wording of the source, such as "President".' }),
  start: t.field({ type: FuzzyDateInput, description: 'Start date.' }),
  end: t.field({ type: FuzzyDateInput, description: 'End date.' }),
})

declareChange('relationshipAdd', {
  description: 'Adds a relationship between two actors.',
  input: (t) => ({
    subject: reference(
      t,
      'The subject of the relationship, such as the president who holds an office. The relationship belongs to the record of this actor.',
      true,
    ),
    expectedVersion: expectedVersion(t),
    ...fields(t, true),
    citations: citations(t),
  }),
  edit: relationships.add,
  returns: ['relationship', 'actor'],
})

declareChange('relationshipUpdate', {
  description: 'Updates a relationship. Omitted fields do not change; null clears a field.',
  input: (t) => ({ ...target(t, 'The relationship.'), ...fields(t, false) }),
  edit: relationships.update,
  returns: ['relationship', 'actor'],
})

declareChange('relationshipRemove', {
  description: 'Removes a relationship.',
  input: (t) => target(t, 'The relationship.'),
  edit: relationships.remove,
  returns: ['actor'],
})
