import * as edit from '../../store/edit/sanction.ts'
import { builder } from '../builder.ts'
import { Certainty } from '../event.ts'
import type { InputFields } from '../fields/pothos.ts'
import { SanctionMeasure } from '../sanction.ts'
import { SanctionActionKind } from '../sanction-action.ts'
import { citations, expectedVersion, FuzzyDateInput, identifiers, reference, slug, target } from './input.ts'
import { declareChange, declareCreate } from './mutation.ts'

const sanctionFields = (t: InputFields, required: boolean) => ({
  slug: slug(t),
  title: t.string({ required, description: 'A title of one line.' }),
  program: t.string({ description: 'The sanctions programme, as the authority names it, such as "BELARUS".' }),
  authority: reference(t, 'The actor that imposes the sanction.', required),
  measures: t.field({ type: [SanctionMeasure], description: 'The measures of the sanction.' }),
  sector: t.string({ description: 'The targeted sector of the economy, such as "potash".' }),
  statedReason: t.string({ description: 'The reason that the authority states for the sanction, in a few words.' }),
  reasonEvents: t.idList({ description: 'The events for which the sanction was imposed. Their ids or slugs.' }),
  partOf: reference(t, 'The wider sanction that this sanction is part of.'),
})

const targetFields = (t: InputFields, required: boolean) => ({
  actor: reference(t, 'The targeted actor.', required),
  listingId: t.string({ description: 'The number of the entry on the list of the authority.' }),
  listed: t.field({ type: FuzzyDateInput, description: 'The date of listing.' }),
  delisted: t.field({ type: FuzzyDateInput, description: 'The date of delisting.' }),
})

const SanctionTargetInput = builder.inputType('SanctionTargetInput', {
  description: 'An actor targeted by a sanction, with its entry on the sanctions list.',
  fields: (t) => targetFields(t, true),
})

const actionFields = (t: InputFields, required: boolean) => ({
  kind: t.field({ type: SanctionActionKind, required, description: 'The kind of action.' }),
  date: t.field({ type: FuzzyDateInput, required, description: 'The date of the action, past or planned.' }),
  event: reference(
    t,
    'The event in which the action took place. The action does not change the status while the event is prospective.',
  ),
  certainty: t.field({
    type: Certainty,
    required,
    description:
      'How certain the fact is, apart from how exactly its date is known (`precision`) and whether the date is stated or inferred (`basis`).',
  }),
  legalRef: t.string({ description: 'The legal act, such as "Executive Order 14038".' }),
})

const SanctionActionInput = builder.inputType('SanctionActionInput', {
  description: 'A step in the history of a sanction.',
  fields: (t) => ({
    ...actionFields(t, true),
    target: t.int({
      description: 'Index in `targets`, from 0, of the target that the action concerns. Default: the whole sanction.',
    }),
    citations: citations(t),
  }),
})

const licenceFields = (t: InputFields, required: boolean) => ({
  authority: reference(t, 'The authority that grants the licence.', required),
  title: t.string({ required, description: 'The name of the licence, such as "Belarus General License 4".' }),
  scope: t.string({ required, description: 'What the licence permits, in a few words.' }),
  from: t.field({ type: FuzzyDateInput, description: 'The day from which the licence is valid.' }),
  to: t.field({ type: FuzzyDateInput, description: 'The end that the licence states.' }),
  extended: t.field({ type: FuzzyDateInput, description: 'The end after the last extension.' }),
  revoked: t.field({ type: FuzzyDateInput, description: 'The day on which the licence was revoked.' }),
  certainty: t.field({
    type: Certainty,
    required,
    description:
      'How certain the fact is, apart from how exactly its date is known (`precision`) and whether the date is stated or inferred (`basis`).',
  }),
})

const LicenceInput = builder.inputType('LicenceInput', {
  description: 'What an authority permits although a sanction forbids it.',
  fields: (t) => ({
    ...licenceFields(t, true),
    target: t.int({
      description: 'Index in `targets`, from 0, of the target that the licence concerns. Default: the whole sanction.',
    }),
    citations: citations(t),
  }),
})

declareCreate('sanctionCreate', {
  description:
    'Creates a sanction with its targets, actions, licences, identifiers and citations. Its status is derived from its actions.',
  input: (t) => ({
    ...sanctionFields(t, true),
    targets: t.field({ type: [SanctionTargetInput], description: 'The targeted actors.' }),
    actions: t.field({ type: [SanctionActionInput], description: 'The actions taken on the sanction.' }),
    licences: t.field({ type: [LicenceInput], description: 'The licences.' }),
    citations: citations(t),
    identifiers: identifiers(t),
  }),
  edit: edit.createSanction,
  returns: ['sanction'],
})

declareChange('sanctionUpdate', {
  description:
    'Updates a sanction. Omitted fields do not change; null clears a field, and a list replaces the previous list.',
  input: (t) => ({ ...target(t, 'The sanction.'), ...sanctionFields(t, false) }),
  edit: edit.updateSanction,
  returns: ['sanction'],
})

declareChange('sanctionRetract', {
  description:
    'Retracts a sanction. It is no longer listed and can no longer be changed, but can still be read by id. `sanctionRestore` undoes this.',
  input: (t) => target(t, 'The sanction.'),
  edit: edit.retractSanction,
  returns: ['sanction'],
})

declareChange('sanctionRestore', {
  description: 'Undoes the retraction of a sanction: it is listed and can be changed again.',
  input: (t) => target(t, 'The retracted sanction.'),
  edit: edit.restoreSanction,
  returns: ['sanction'],
})

declareChange('sanctionTargetAdd', {
  description: 'Adds a targeted actor to a sanction.',
  input: (t) => ({
    sanction: reference(t, 'The sanction.', true),
    expectedVersion: expectedVersion(t),
    ...targetFields(t, true),
  }),
  edit: edit.targets.add,
  returns: ['target', 'sanction'],
})

declareChange('sanctionTargetUpdate', {
  description: 'Updates a target, or delists it. Omitted fields do not change.',
  input: (t) => ({ ...target(t, 'The target.'), ...targetFields(t, false) }),
  edit: edit.targets.update,
  returns: ['target', 'sanction'],
})

declareChange('sanctionTargetRemove', {
  description:
    'Removes a target that was recorded by mistake, together with the actions that concern only this target. To delist a target, set its `delisted` date instead.',
  input: (t) => target(t, 'The target.'),
  edit: edit.targets.remove,
  returns: ['sanction'],
})

declareChange('sanctionActionAdd', {
  description: 'Adds an action to a sanction. The status of the sanction is derived again.',
  input: (t) => ({
    sanction: reference(t, 'The sanction.', true),
    expectedVersion: expectedVersion(t),
    ...actionFields(t, true),
    target: t.id({ description: 'The target that the action concerns. Default: the whole sanction.' }),
    citations: citations(t),
  }),
  edit: edit.actions.add,
  returns: ['action', 'sanction'],
})

declareChange('sanctionActionUpdate', {
  description: 'Updates an action on a sanction. Omitted fields do not change; null clears a field.',
  input: (t) => ({
    ...target(t, 'The action.'),
    ...actionFields(t, false),
    target: t.id({ description: 'The target that the action concerns. Default: the whole sanction.' }),
  }),
  edit: edit.actions.update,
  returns: ['action', 'sanction'],
})

declareChange('sanctionActionRemove', {
  description: 'Removes an action from a sanction. The status of the sanction is derived again.',
  input: (t) => target(t, 'The action.'),
  edit: edit.actions.remove,
  returns: ['sanction'],
})

declareChange('sanctionLicenceAdd', {
  description: 'Adds a licence to a sanction. It does not change the status of the sanction.',
  input: (t) => ({
    sanction: reference(t, 'The sanction.', true),
    expectedVersion: expectedVersion(t),
    ...licenceFields(t, true),
    target: t.id({ description: 'The target that the licence concerns. Default: the whole sanction.' }),
    citations: citations(t),
  }),
  edit: edit.licences.add,
  returns: ['licence', 'sanction'],
})

declareChange('sanctionLicenceUpdate', {
  description:
    'Updates a licence, for example its extension or its revocation. Omitted fields do not change; null clears a field.',
  input: (t) => ({
    ...target(t, 'The licence.'),
    ...licenceFields(t, false),
    target: t.id({ description: 'The target that the licence concerns. Default: the whole sanction.' }),
  }),
  edit: edit.licences.update,
  returns: ['licence', 'sanction'],
})

declareChange('sanctionLicenceRemove', {
  description: 'Removes a licence that was recorded by mistake. To revoke a licence, set its `revoked` date instead.',
  input: (t) => target(t, 'The licence.'),
  edit: edit.licences.remove,
  returns: ['sanction'],
})
