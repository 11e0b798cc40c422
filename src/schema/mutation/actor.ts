import * as edit from '../../store/edit/actor.ts'
import { NameKind } from '../actor.ts'
import { AssetKind } from '../asset.ts'
import { builder } from '../builder.ts'
import type { InputFields } from '../fields/pothos.ts'
import { Gender } from '../person.ts'
import { citations, expectedVersion, FuzzyDateInput, identifiers, reference, slug, target } from './input.ts'
import { declareChange, declareCreate } from './mutation.ts'

const nameFields = (t: InputFields) => ({
  value: t.string({ required: true, description: 'The name as written.' }),
  kind: t.field({ type: NameKind, required: true, description: 'The kind of name.' }),
  lang: t.string({ description: 'Language of the name as a BCP 47 tag, such as "be".' }),
})

const ActorNameInput = builder.inputType('ActorNameInput', {
  description: 'A name of an actor.',
  fields: nameFields,
})

const actorFields = (t: InputFields, required: boolean) => ({
  slug: slug(t),
  name: t.string({ required, description: 'The display name, in English if there is an English name.' }),
  description: t.string({ description: 'A short description of the actor, based on the sources.' }),
})

const actorParts = (t: InputFields) => ({
  names: t.field({ type: [ActorNameInput], description: 'Further names.' }),
  identifiers: identifiers(t),
  citations: citations(t),
})

const personFields = (t: InputFields) => ({
  birth: t.field({ type: FuzzyDateInput, description: 'Date of birth.' }),
  death: t.field({ type: FuzzyDateInput, description: 'Date of death.' }),
  gender: t.field({ type: Gender, description: 'The gender, if a source states it.' }),
})

const countryFields = (t: InputFields, required: boolean) => ({
  iso2: t.string({ required, description: 'ISO 3166-1 alpha-2 code, such as "BY".' }),
  iso3: t.string({ required, description: 'ISO 3166-1 alpha-3 code, such as "BLR".' }),
  isoNumeric: t.string({ description: 'ISO 3166-1 numeric code of three digits, such as "112".' }),
  region: t.string({ required, description: 'The continent, such as "Europe".' }),
  subregion: t.string({ description: 'The part of the continent, such as "Eastern Europe".' }),
  flag: t.string({ required, description: 'The flag as an emoji.' }),
})

const assetFields = (t: InputFields, required: boolean) => ({
  assetKind: t.field({ type: AssetKind, required, description: 'The kind of asset.' }),
  flagState: reference(t, 'The country under whose flag the asset is registered.'),
})

const noFields = () => ({})

const kinds = [
  ['person', 'a person', personFields, edit.createPerson, edit.updatePerson],
  ['country', 'a country', countryFields, edit.createCountry, edit.updateCountry],
  ['organization', 'an organization', noFields, edit.createOrganization, edit.updateOrganization],
  ['group', 'a group', noFields, edit.createGroup, edit.updateGroup],
  ['asset', 'an asset, such as a vessel or an aircraft', assetFields, edit.createAsset, edit.updateAsset],
] as const

for (const [name, words, fields, create, update] of kinds) {
  declareCreate(`${name}Create`, {
    description: `Creates ${words}.`,
    input: (t) => ({ ...actorFields(t, true), ...fields(t, true), ...actorParts(t) }),
    edit: create,
    returns: [name],
  })
  declareChange(`${name}Update`, {
    description: `Updates ${words}. Omitted fields do not change; null clears a field.`,
    input: (t) => ({ ...target(t, `The ${name} to update.`), ...actorFields(t, false), ...fields(t, false) }),
    edit: update,
    returns: [name],
  })
}

declareChange('actorRetract', {
  description:
    'Retracts an actor of any kind. It is no longer listed and can no longer be changed, but can still be read by id. `actorRestore` undoes this.',
  input: (t) => target(t, 'The actor.'),
  edit: edit.retractActor,
  returns: ['actor'],
})

declareChange('actorRestore', {
  description: 'Undoes the retraction of an actor of any kind: it is listed and can be changed again.',
  input: (t) => target(t, 'The retracted actor.'),
  edit: edit.restoreActor,
  returns: ['actor'],
})

export const ActorMergeInput = declareChange('actorMerge', {
  description:
    'Merges a duplicate actor into another actor of the same kind. Everything that belongs to or refers to the duplicate moves to the other actor, which is returned. It takes over the values that it lacks, such as a date of birth; where values differ, both are kept in `disputedValues`. The id and slug of the duplicate then return the other actor. `actorMergePreview` shows beforehand what the merge does, and `actorUnmerge` undoes it.',
  input: (t) => ({
    ...target(t, 'The duplicate actor, which is merged into the other.'),
    into: t.id({ required: true, description: 'The actor that remains.' }),
  }),
  edit: edit.mergeActor,
  returns: ['actor'],
})

declareChange('actorUnmerge', {
  description:
    'Undoes the latest merge into an actor. The merged actor, which is returned, gets back what the merge moved, unless it was changed since. Facts that were added since stay with the other actor, except listings that were imported under the numbers of the merged actor. Merges by an import, and those before Dateline could undo merges, cannot be undone.',
  input: (t) => ({
    id: t.id({
      required: true,
      description: 'The merged actor: its own id, which `changes` has, and which otherwise returns the other actor.',
    }),
    expectedVersion: t.int({
      description:
        'The version of the other actor that the change is based on. If it is at another version, nothing is written and `ConflictError` is returned. Default: no check.',
    }),
  }),
  edit: edit.unmergeActor,
  returns: ['actor'],
})

declareChange('actorNameAdd', {
  description: 'Adds a name to an actor.',
  input: (t) => ({
    actor: reference(t, 'The actor.', true),
    expectedVersion: expectedVersion(t),
    ...nameFields(t),
  }),
  edit: edit.names.add,
  returns: ['name', 'actor'],
})

declareChange('actorNameRemove', {
  description: 'Removes a name from an actor.',
  input: (t) => target(t, 'The name to remove.'),
  edit: edit.names.remove,
  returns: ['actor'],
})
