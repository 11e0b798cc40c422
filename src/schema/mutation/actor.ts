import * as edit from '../../store/edit/actor.ts'
import { NameKind } from '../actor.ts'
import { AssetKind } from '../asset.ts'
import { builder } from '../builder.ts'
import type { InputFields } from '../declare/pothos.ts'
import { Gender } from '../person.ts'
import { citations, expectedVersion, FuzzyDateInput, identifiers, slug, target } from './input.ts'
import { changes, creates } from './mutation.ts'

const nameFields = (t: InputFields) => ({
  value: t.string({ required: true, description: 'The name as written.' }),
  kind: t.field({ type: NameKind, required: true, description: 'What sort of name it is.' }),
  lang: t.string({ description: 'Its language as a BCP 47 tag, such as "be".' }),
})

const ActorNameInput = builder.inputType('ActorNameInput', {
  description: 'One of the names that an actor goes by.',
  fields: nameFields,
})

const actorFields = (t: InputFields, required: boolean) => ({
  slug: slug(t),
  name: t.string({ required, description: 'The name to show, in English where there is one.' }),
  description: t.string({ description: 'A few words on who or what it is, from the sources.' }),
})

const actorParts = (t: InputFields) => ({
  names: t.field({ type: [ActorNameInput], description: 'What else it is called.' }),
  identifiers: identifiers(t),
  citations: citations(t),
})

const personFields = (t: InputFields) => ({
  birth: t.field({ type: FuzzyDateInput, description: 'The date of birth.' }),
  death: t.field({ type: FuzzyDateInput, description: 'The date of death.' }),
  gender: t.field({ type: Gender, description: 'The gender, where a source gives it.' }),
})

const countryFields = (t: InputFields, required: boolean) => ({
  iso2: t.string({ required, description: 'Two-letter code of ISO 3166-1, such as "BY".' }),
  iso3: t.string({ required, description: 'Three-letter code of ISO 3166-1, such as "BLR".' }),
  isoNumeric: t.string({ description: 'Three-digit code of ISO 3166-1, such as "112".' }),
  region: t.string({ required, description: 'Continent, such as "Europe".' }),
  subregion: t.string({ description: 'Part of the continent, such as "Eastern Europe".' }),
  flag: t.string({ required, description: 'The flag as an emoji.' }),
})

const assetFields = (t: InputFields, required: boolean) => ({
  assetKind: t.field({ type: AssetKind, required, description: 'What sort of thing it is.' }),
  flagState: t.id({ description: 'The country whose flag it bears.' }),
})

const nothing = () => ({})

const kinds = [
  ['person', 'a person', personFields, edit.createPerson, edit.updatePerson],
  ['country', 'a country', countryFields, edit.createCountry, edit.updateCountry],
  ['organization', 'an organization', nothing, edit.createOrganization, edit.updateOrganization],
  ['group', 'a group', nothing, edit.createGroup, edit.updateGroup],
  ['asset', 'a vessel, an aircraft or another thing', assetFields, edit.createAsset, edit.updateAsset],
] as const

for (const [name, words, fields, create, update] of kinds) {
  creates(`${name}Create`, {
    description: `Adds ${words}.`,
    input: (t) => ({ ...actorFields(t, true), ...fields(t, true), ...actorParts(t) }),
    edit: create,
    gives: [name],
  })
  changes(`${name}Update`, {
    description: `Corrects what is known of ${words}. What is left out stays as it is; null empties it.`,
    input: (t) => ({ ...target(t, `The ${name}.`), ...actorFields(t, false), ...fields(t, false) }),
    edit: update,
    gives: [name],
  })
}

changes('actorRetract', {
  description:
    'Withdraws an actor of any kind: lists leave it out, nothing can be written to it any more, and by its id it is still given. There is no way back.',
  input: (t) => target(t, 'The actor.'),
  edit: edit.retractActor,
  gives: ['actor'],
})

changes('actorMerge', {
  description:
    'Leads an actor to another of its kind that it turned out to be. What belongs to it or refers to it goes over to that one, which is given back; ids and slugs of the merged one lead there from now on.',
  input: (t) => ({
    ...target(t, 'The actor that is the other one.'),
    into: t.id({ required: true, description: 'The actor that stays.' }),
  }),
  edit: edit.mergeActor,
  gives: ['actor'],
})

changes('actorNameAdd', {
  description: 'Adds a name that an actor goes by.',
  input: (t) => ({
    actor: t.id({ required: true, description: 'The actor.' }),
    expectedVersion: expectedVersion(t),
    ...nameFields(t),
  }),
  edit: edit.names.add,
  gives: ['name', 'actor'],
})

changes('actorNameRemove', {
  description: 'Removes a name from its actor.',
  input: (t) => target(t, 'The name.'),
  edit: edit.names.remove,
  gives: ['actor'],
})
