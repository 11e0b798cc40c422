import { v7 } from 'uuid'
import { z } from 'zod'
import { byId, read } from '../read-input.ts'
import { openRecord, openRetracted, restoreRecord, retractRecord } from '../record.ts'
import { sourceFields } from '../rules/source.ts'
import { saveSources } from '../source.ts'
import { identifiers, patchOf, target } from './input.ts'
import type { Edit } from './part.ts'

const newSource = z.strictObject({ identifiers, ...sourceFields(byId) })

export const createSource: Edit = async (tx, input) => {
  const id = v7()
  await saveSources(tx, [{ ...(await read(tx, newSource, input)), id }])
  return { source: id }
}

const sourcePatch = patchOf(sourceFields(byId), 'Source')

export const updateSource: Edit = async (tx, input) => {
  const { id: globalId, expectedVersion, ...patch } = await read(tx, sourcePatch, input)
  const { id } = await openRecord(tx, 'SOURCE', globalId, expectedVersion)
  await saveSources(tx, [{ ...patch, id }])
  return { source: id }
}

const oneSource = z.strictObject(target('Source'))

export const retractSource: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneSource, input)
  const record = await openRecord(tx, 'SOURCE', id, expectedVersion)
  await retractRecord(tx, record)
  return { source: record.id }
}

export const restoreSource: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneSource, input)
  const record = await openRetracted(tx, 'SOURCE', id, expectedVersion)
  await restoreRecord(tx, record)
  return { source: record.id }
}
