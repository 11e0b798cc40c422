import { detentions } from '../../store/edit/detention.ts'
import type { InputFields } from '../declare/pothos.ts'
import { DetentionOutcome } from '../detention.ts'
import { Certainty } from '../event.ts'
import { citations, expectedVersion, FuzzyDateInput, target } from './input.ts'
import { changes } from './mutation.ts'

const fields = (t: InputFields, required: boolean) => ({
  authority: t.id({ description: 'Who held the person.' }),
  start: t.field({ type: FuzzyDateInput, description: 'When it began.' }),
  startedBy: t.id({ description: 'The event that began it.' }),
  end: t.field({ type: FuzzyDateInput, description: 'When it ended.' }),
  endedBy: t.id({ description: 'The event that ended it.' }),
  outcome: t.field({ type: DetentionOutcome, description: 'How it ended.' }),
  certainty: t.field({ type: Certainty, required, description: 'How sure it is.' }),
})

changes('detentionAdd', {
  description:
    'Says when a person was held. Without an end, an event that ended it and an outcome it is open, of which a person has one at most.',
  input: (t) => ({
    person: t.id({ required: true, description: 'The person held.' }),
    expectedVersion: expectedVersion(t),
    ...fields(t, true),
    citations: citations(t),
  }),
  edit: detentions.add,
  gives: ['detention', 'actor'],
})

changes('detentionUpdate', {
  description: 'Corrects a detention, or ends it. What is left out stays as it is; null empties it.',
  input: (t) => ({ ...target(t, 'The detention.'), ...fields(t, false) }),
  edit: detentions.update,
  gives: ['detention', 'actor'],
})

changes('detentionRemove', {
  description: 'Removes a detention from the person.',
  input: (t) => target(t, 'The detention.'),
  edit: detentions.remove,
  gives: ['actor'],
})
