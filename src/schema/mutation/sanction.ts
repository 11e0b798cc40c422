import * as edit from '../../store/edit/sanction.ts'
import { builder } from '../builder.ts'
import type { InputFields } from '../declare/pothos.ts'
import { Certainty } from '../event.ts'
import { SanctionMeasure } from '../sanction.ts'
import { SanctionActionKind } from '../sanction-action.ts'
import { citations, expectedVersion, FuzzyDateInput, identifiers, slug, target } from './input.ts'
import { changes, creates } from './mutation.ts'

const sanctionFields = (t: InputFields, required: boolean) => ({
  slug: slug(t),
  title: t.string({ required, description: 'One line that names it.' }),
  program: t.string({ description: 'The programme it belongs to, as its authority calls it, such as "BELARUS".' }),
  authority: t.id({ required, description: 'The actor that imposes it.' }),
  measures: t.field({ type: [SanctionMeasure], description: 'All that it restricts.' }),
  sector: t.string({ description: 'The part of the economy it aims at, such as "potash".' }),
  reason: t.string({ description: 'Why it was imposed, in a few words.' }),
  reasons: t.idList({ description: 'All events for which it was imposed.' }),
  partOf: t.id({ description: 'The wider sanction that it is a part of.' }),
})

const targetFields = (t: InputFields, required: boolean) => ({
  actor: t.id({ required, description: 'On whom it lies.' }),
  listingId: t.string({ description: "The entry's number on the authority's list." }),
  listed: t.field({ type: FuzzyDateInput, description: 'When it was listed.' }),
  delisted: t.field({ type: FuzzyDateInput, description: 'When it was delisted.' }),
})

const SanctionTargetInput = builder.inputType('SanctionTargetInput', {
  description: 'An actor on whom a sanction lies, with its entry on the list.',
  fields: (t) => targetFields(t, true),
})

const actionFields = (t: InputFields, required: boolean) => ({
  kind: t.field({ type: SanctionActionKind, required, description: 'What was done or said.' }),
  date: t.field({ type: FuzzyDateInput, required, description: 'When it was done or is to be done.' }),
  event: t.id({ description: 'The event in which it was done; while that is prospective, it changes no status.' }),
  certainty: t.field({ type: Certainty, required, description: 'How sure it is.' }),
  legalRef: t.string({ description: 'The legal act, such as "Executive Order 14038".' }),
})

const SanctionActionInput = builder.inputType('SanctionActionInput', {
  description: 'One step in the life of a sanction.',
  fields: (t) => ({
    ...actionFields(t, true),
    target: t.int({
      description: 'The place in `targets`, from 0, of the one that it concerns; the whole without it.',
    }),
    citations: citations(t),
  }),
})

creates('sanctionCreate', {
  description: 'Adds a sanction with all that belongs to it. Where it stands follows from its actions.',
  input: (t) => ({
    ...sanctionFields(t, true),
    targets: t.field({ type: [SanctionTargetInput], description: 'On whom it lies.' }),
    actions: t.field({ type: [SanctionActionInput], description: 'What was done about it.' }),
    citations: citations(t),
    identifiers: identifiers(t),
  }),
  edit: edit.createSanction,
  gives: ['sanction'],
})

changes('sanctionUpdate', {
  description:
    'Corrects a sanction. What is left out stays as it is; null empties it, and a list replaces the one before.',
  input: (t) => ({ ...target(t, 'The sanction.'), ...sanctionFields(t, false) }),
  edit: edit.updateSanction,
  gives: ['sanction'],
})

changes('sanctionRetract', {
  description:
    'Withdraws a sanction: lists leave it out, nothing can be written to it any more, and by its id it is still given. There is no way back.',
  input: (t) => target(t, 'The sanction.'),
  edit: edit.retractSanction,
  gives: ['sanction'],
})

changes('sanctionTargetAdd', {
  description: 'Adds an actor on whom a sanction lies.',
  input: (t) => ({
    sanction: t.id({ required: true, description: 'The sanction.' }),
    expectedVersion: expectedVersion(t),
    ...targetFields(t, true),
  }),
  edit: edit.targets.add,
  gives: ['target', 'sanction'],
})

changes('sanctionTargetUpdate', {
  description: 'Corrects the entry of a target, or says when it was delisted. What is left out stays as it is.',
  input: (t) => ({ ...target(t, 'The target.'), ...targetFields(t, false) }),
  edit: edit.targets.update,
  gives: ['target', 'sanction'],
})

changes('sanctionTargetRemove', {
  description:
    'Removes a target that was never one, with the actions that concern it alone. One that was delisted stays, with its date.',
  input: (t) => target(t, 'The target.'),
  edit: edit.targets.remove,
  gives: ['sanction'],
})

changes('sanctionActionAdd', {
  description: 'Says what was done about a sanction. Its status follows.',
  input: (t) => ({
    sanction: t.id({ required: true, description: 'The sanction.' }),
    expectedVersion: expectedVersion(t),
    ...actionFields(t, true),
    target: t.id({ description: 'The target that it concerns; the whole sanction without it.' }),
    citations: citations(t),
  }),
  edit: edit.actions.add,
  gives: ['action', 'sanction'],
})

changes('sanctionActionUpdate', {
  description: 'Corrects an action. What is left out stays as it is; null empties it.',
  input: (t) => ({
    ...target(t, 'The action.'),
    ...actionFields(t, false),
    target: t.id({ description: 'The target that it concerns; the whole sanction without it.' }),
  }),
  edit: edit.actions.update,
  gives: ['action', 'sanction'],
})

changes('sanctionActionRemove', {
  description: 'Removes an action from its sanction. Its status follows.',
  input: (t) => target(t, 'The action.'),
  edit: edit.actions.remove,
  gives: ['sanction'],
})
