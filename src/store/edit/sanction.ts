import { v7 } from 'uuid'
import { z } from 'zod'
import { dateColumns } from '../date.ts'
import { alreadyAnId } from '../find-id.ts'
import { partOf } from '../part.ts'
import { byId, read, recordOf, to, type WithIds } from '../read-input.ts'
import { openRecord, openRetracted, restoreRecord, retractRecord } from '../record.ts'
import { type FieldValues, slug } from '../rules/field.ts'
import {
  actionFields,
  licenceFields,
  sanctionFields,
  sanctionParts,
  targetFields,
  targetsExist,
  unknownTarget,
} from '../rules/sanction.ts'
import { actionTable, licenceTable, sanctionWrite, saveSanctions, targetTable } from '../sanction.ts'
import { chooseSlug } from '../slug.ts'
import { identifiers, patchOf, target } from './input.ts'
import { type Edit, editsOf } from './part.ts'

const { reason, reasons, ...otherFields } = sanctionFields(byId)

/** The rules of a sanction's own fields. Two of them have other names in records. */
const ownFields = { ...otherFields, statedReason: reason, reasonEvents: reasons }

type OwnFields = Partial<WithIds<FieldValues<typeof ownFields>>>

/** Returns the fields of an input under their names in records. */
const asRecord = <Input extends OwnFields>({ statedReason, reasonEvents, ...rest }: Input) => ({
  ...rest,
  reason: statedReason,
  reasons: reasonEvents,
})

const newSanction = z
  .strictObject({ slug: slug.nullish(), identifiers, ...ownFields, ...sanctionParts(byId) })
  .refine(targetsExist, unknownTarget)

export const createSanction: Edit = async (tx, input) => {
  const { identifiers, ...sanction } = await read(tx, newSanction, input)
  const id = v7()
  const slug = await chooseSlug(tx, 'Sanction', { ...sanction, id })
  // Actions refer to targets by index, so a missing list of targets must be saved as an empty one.
  const writes = sanctionWrite({ ...asRecord(sanction), targets: sanction.targets ?? [] }, alreadyAnId)
  await saveSanctions(tx, [{ ...writes, id, identifiers, slug }])
  return { sanction: id }
}

const sanctionPatch = patchOf({ slug, ...ownFields }, 'Sanction')

export const updateSanction: Edit = async (tx, input) => {
  const { id: globalId, expectedVersion, ...patch } = await read(tx, sanctionPatch, input)
  const { id } = await openRecord(tx, 'SANCTION', globalId, expectedVersion)
  await saveSanctions(tx, [{ ...sanctionWrite(asRecord(patch), alreadyAnId), id }])
  return { sanction: id }
}

const oneSanction = z.strictObject(target('Sanction'))

export const retractSanction: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneSanction, input)
  const record = await openRecord(tx, 'SANCTION', id, expectedVersion)
  await retractRecord(tx, record)
  return { sanction: record.id }
}

export const restoreSanction: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneSanction, input)
  const record = await openRetracted(tx, 'SANCTION', id, expectedVersion)
  await restoreRecord(tx, record)
  return { sanction: record.id }
}

const owner = { field: 'sanction', id: recordOf('Sanction'), column: () => 'sanctionId' }

export const targets = editsOf({
  table: partOf('targets', targetTable),
  name: 'target',
  type: 'SanctionTarget',
  owner,
  fields: targetFields(byId),
  row: ({ actor, listed, delisted, ...rest }) => ({
    ...rest,
    ...dateColumns('listed', listed),
    ...dateColumns('delisted', delisted),
    actorId: actor,
  }),
  cited: 'targetId',
})

export const actions = editsOf({
  table: partOf('actions', actionTable),
  name: 'action',
  type: 'SanctionAction',
  owner,
  fields: { ...actionFields(byId), target: to('SanctionTarget').nullish() },
  row: ({ date, event, target, ...rest }) => ({
    ...rest,
    ...dateColumns('date', date),
    eventId: event,
    targetId: target,
  }),
  cited: 'sanctionActionId',
})

export const licences = editsOf({
  table: partOf('licences', licenceTable),
  name: 'licence',
  type: 'Licence',
  owner,
  fields: { ...licenceFields(byId), target: to('SanctionTarget').nullish() },
  row: ({ authority, from, to, extended, revoked, target, ...rest }) => ({
    ...rest,
    ...dateColumns('from', from),
    ...dateColumns('to', to),
    ...dateColumns('extended', extended),
    ...dateColumns('revoked', revoked),
    authorityId: authority,
    targetId: target,
  }),
  cited: 'licenceId',
})
