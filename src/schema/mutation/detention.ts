import { detentions } from '../../store/edit/detention.ts'
import { DetentionOutcome } from '../detention.ts'
import { Certainty } from '../event.ts'
import type { InputFields } from '../fields/pothos.ts'
import { citations, expectedVersion, FuzzyDateInput, reference, target } from './input.ts'
import { declareChange } from './mutation.ts'

const fields = (t: InputFields, required: boolean) => ({
  authority: reference(t, 'The authority that detained the person.'),
  start: t.field({ type: FuzzyDateInput, description: 'Start date.' }),
  startedBy: reference(t, 'The event that started the detention.'),
  end: t.field({ type: FuzzyDateInput, description: 'End date.' }),
  endedBy: reference(t, 'The event that ended the detention.'),
  outcome: t.field({ type: DetentionOutcome, description: 'The outcome of the detention.' }),
  charge: t.string({ description: 'The charge, in the wording of the source, such as "espionage".' }),
  term: t.string({ description: 'The term of the sentence, in the wording of the source, such as "16 years".' }),
  termMonths: t.int({ description: 'The term of the sentence in months: 1 to 12,000.' }),
  court: reference(t, 'The court that passed the sentence.'),
  certainty: t.field({
    type: Certainty,
    required,
    description:
      'How certain the fact is, apart from how exactly its date is known (`precision`) and whether the date is stated or inferred (`basis`).',
  }),
})

declareChange('detentionAdd', {
  description:
    'Adds a detention of a person. A detention without `end`, `endedBy` and `outcome` is open. A person can have only one open detention.',
  input: (t) => ({
    person: reference(t, 'The detained person.', true),
    expectedVersion: expectedVersion(t),
    ...fields(t, true),
    citations: citations(t),
  }),
  edit: detentions.add,
  returns: ['detention', 'actor'],
})

declareChange('detentionUpdate', {
  description: 'Updates or ends a detention. Omitted fields do not change; null clears a field.',
  input: (t) => ({ ...target(t, 'The detention.'), ...fields(t, false) }),
  edit: detentions.update,
  returns: ['detention', 'actor'],
})

declareChange('detentionRemove', {
  description: 'Removes a detention from a person.',
  input: (t) => target(t, 'The detention.'),
  edit: detentions.remove,
  returns: ['actor'],
})
