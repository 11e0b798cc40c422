import { v7 } from 'uuid'
import { z } from 'zod'
import type { ActorKind } from '../../db/generated/prisma/enums.ts'
import type { GlobalId } from '../../domain/id.ts'
import type { Identifier } from '../../domain/identifier.ts'
import { searchKey } from '../../domain/name.ts'
import { type ActorWrite, nameTable, saveActors } from '../actor.ts'
import { citationWrites } from '../citation.ts'
import { requireNotErased } from '../erasure/tombstone.ts'
import { alreadyAnId } from '../find-id.ts'
import { type MergePreview, previewMerge } from '../merge/preview.ts'
import { unmerge } from '../merge/unmerge.ts'
import { mergeActors } from '../merge.ts'
import { partOf } from '../part.ts'
import { actorTypes, byId, idOf, read, recordOf } from '../read-input.ts'
import { openRecord, openRetracted, restoreRecord, retractRecord } from '../record.ts'
import type { Transaction } from '../rows.ts'
import { actorFields, actorParts, assetFields, countryFields, nameFields, personFields } from '../rules/actor.ts'
import { type CitationInput, slug } from '../rules/field.ts'
import { chooseSlug } from '../slug.ts'
import { identifiers, patchOf, target } from './input.ts'
import { type Edit, editsOf } from './part.ts'

const created = { slug: slug.nullish(), identifiers, ...actorFields, ...actorParts(byId) }
const changed = { slug, ...actorFields }

// Every actor has a kind, so that the kind of an asset is the field assetKind in the API, in inputs as in queries.
const { kind: assetKind, flag: flagState } = assetFields(byId)
const assetInput = { assetKind, flagState }

/** The fields that only actors of one kind have. */
type KindFields = Pick<ActorWrite, 'person' | 'country' | 'asset'>

interface NewActor {
  slug?: string | null
  identifiers?: Identifier[]
  name: string
  description?: string | null
  names?: ActorWrite['names']
  citations?: CitationInput[]
}

async function createActor(tx: Transaction, kind: ActorKind, actor: NewActor, kindFields: KindFields) {
  const id = v7()
  await requireNotErased(tx, actor.identifiers ?? [], (index) => ['identifiers', String(index), 'value'])
  const chosen = await chooseSlug(tx, 'Actor', { id, slug: actor.slug, title: actor.name })
  const citations = citationWrites(actor.citations, alreadyAnId)
  await saveActors(tx, [{ ...actor, ...kindFields, id, kind, slug: chosen, citations }])
  return id
}

interface ActorPatch extends Partial<Pick<ActorWrite, 'slug' | 'name' | 'description'>> {
  id: GlobalId
  expectedVersion?: number | null
}

async function updateActor(tx: Transaction, kind: ActorKind, actor: ActorPatch, kindFields: KindFields) {
  const { id: globalId, expectedVersion, ...patch } = actor
  const { id } = await openRecord(tx, 'ACTOR', globalId, expectedVersion)
  await saveActors(tx, [{ ...patch, ...kindFields, id, kind }])
  return id
}

const newPerson = z.strictObject({ ...created, ...personFields(byId) })
const personPatch = patchOf({ ...changed, ...personFields(byId) }, 'Person')

export const createPerson: Edit = async (tx, input) => {
  const { birth, death, gender, ...actor } = await read(tx, newPerson, input)
  return { person: await createActor(tx, 'PERSON', actor, { person: { birth, death, gender } }) }
}

export const updatePerson: Edit = async (tx, input) => {
  const { birth, death, gender, ...actor } = await read(tx, personPatch, input)
  return { person: await updateActor(tx, 'PERSON', actor, { person: { birth, death, gender } }) }
}

const newCountry = z.strictObject({ ...created, ...countryFields })
const countryPatch = patchOf({ ...changed, ...countryFields }, 'Country')

export const createCountry: Edit = async (tx, input) => {
  const { iso2, iso3, isoNumeric, region, subregion, flag, ...actor } = await read(tx, newCountry, input)
  const country = { iso2, iso3, isoNumeric, region, subregion, flag }
  return { country: await createActor(tx, 'COUNTRY', actor, { country }) }
}

export const updateCountry: Edit = async (tx, input) => {
  const { iso2, iso3, isoNumeric, region, subregion, flag, ...actor } = await read(tx, countryPatch, input)
  const country = { iso2, iso3, isoNumeric, region, subregion, flag }
  return { country: await updateActor(tx, 'COUNTRY', actor, { country }) }
}

const newAsset = z.strictObject({ ...created, ...assetInput })
const assetPatch = patchOf({ ...changed, ...assetInput }, 'Asset')

export const createAsset: Edit = async (tx, input) => {
  const { assetKind: kind, flagState: flagId, ...actor } = await read(tx, newAsset, input)
  return { asset: await createActor(tx, 'ASSET', actor, { asset: { kind, flagId } }) }
}

export const updateAsset: Edit = async (tx, input) => {
  const { assetKind: kind, flagState: flagId, ...actor } = await read(tx, assetPatch, input)
  return { asset: await updateActor(tx, 'ASSET', actor, { asset: { kind, flagId } }) }
}

const newActor = z.strictObject(created)
const organizationPatch = patchOf(changed, 'Organization')
const groupPatch = patchOf(changed, 'Group')

export const createOrganization: Edit = async (tx, input) => ({
  organization: await createActor(tx, 'ORGANIZATION', await read(tx, newActor, input), {}),
})

export const updateOrganization: Edit = async (tx, input) => ({
  organization: await updateActor(tx, 'ORGANIZATION', await read(tx, organizationPatch, input), {}),
})

export const createGroup: Edit = async (tx, input) => ({
  group: await createActor(tx, 'GROUP', await read(tx, newActor, input), {}),
})

export const updateGroup: Edit = async (tx, input) => ({
  group: await updateActor(tx, 'GROUP', await read(tx, groupPatch, input), {}),
})

const oneActor = z.strictObject(target(...actorTypes))

export const retractActor: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneActor, input)
  const record = await openRecord(tx, 'ACTOR', id, expectedVersion)
  await retractRecord(tx, record)
  return { actor: record.id }
}

export const restoreActor: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneActor, input)
  const record = await openRetracted(tx, 'ACTOR', id, expectedVersion)
  await restoreRecord(tx, record)
  return { actor: record.id }
}

const actorMerge = oneActor.extend({ into: idOf(...actorTypes) })

export const mergeActor: Edit = async (tx, input) => {
  const merge = await read(tx, actorMerge, input)
  await mergeActors(tx, merge)
  return { actor: merge.into.id }
}

export const previewActorMerge = async (tx: Transaction, input: unknown): Promise<MergePreview> => {
  const merge = await read(tx, actorMerge, input)
  return previewMerge(tx, () => mergeActors(tx, merge))
}

export const unmergeActor: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneActor, input)
  await unmerge(tx, 'ACTOR', { id, expectedVersion })
  return { actor: id.id }
}

export const names = editsOf({
  table: partOf('names', nameTable),
  name: 'name',
  type: 'ActorName',
  owner: { field: 'actor', id: recordOf(...actorTypes), column: () => 'actorId' },
  fields: nameFields,
  row: ({ value, ...rest }) => ({ ...rest, value, searchKey: value === undefined ? undefined : searchKey(value) }),
})
