import { relationships } from '../../store/edit/relationship.ts'
import type { InputFields } from '../declare/pothos.ts'
import { RelationshipKind } from '../relationship.ts'
import { citations, expectedVersion, FuzzyDateInput, target } from './input.ts'
import { changes } from './mutation.ts'

const fields = (t: InputFields, required: boolean) => ({
  kind: t.field({ type: RelationshipKind, required, description: 'What the subject is to the object.' }),
  object: t.id({ required, description: 'The actor to whom the subject stands so.' }),
  title: t.string({ description: 'The source’s word for it, such as "President".' }),
  start: t.field({ type: FuzzyDateInput, description: 'When it began.' }),
  end: t.field({ type: FuzzyDateInput, description: 'When it ended.' }),
})

changes('relationshipAdd', {
  description: 'Says what one actor is to another.',
  input: (t) => ({
    subject: t.id({ required: true, description: 'The actor of whom it is said, and to whom it belongs.' }),
    expectedVersion: expectedVersion(t),
    ...fields(t, true),
    citations: citations(t),
  }),
  edit: relationships.add,
  gives: ['relationship', 'actor'],
})

changes('relationshipUpdate', {
  description: 'Corrects a relationship. What is left out stays as it is; null empties it.',
  input: (t) => ({ ...target(t, 'The relationship.'), ...fields(t, false) }),
  edit: relationships.update,
  gives: ['relationship', 'actor'],
})

changes('relationshipRemove', {
  description: 'Removes a relationship from its subject.',
  input: (t) => target(t, 'The relationship.'),
  edit: relationships.remove,
  gives: ['actor'],
})
