import { v7 } from 'uuid'
import { z } from 'zod'
import { Invalid } from '../../domain/mutation-error.ts'
import { eventWrite, linkTable, participantTable, saveEvents } from '../event.ts'
import { alreadyAnId } from '../find-id.ts'
import { type MergePreview, previewMerge } from '../merge/preview.ts'
import { unmerge } from '../merge/unmerge.ts'
import { mergeEvents } from '../merge.ts'
import { partOf } from '../part.ts'
import { byId, idOf, read, readAll, recordOf } from '../read-input.ts'
import { openRecord, openRetracted, restoreRecord, retractRecord } from '../record.ts'
import type { Transaction } from '../rows.ts'
import { eventFields, eventParts, linkFields, participantFields } from '../rules/event.ts'
import { slug } from '../rules/field.ts'
import { chooseSlugs } from '../slug.ts'
import { identifiers, patchOf, target } from './input.ts'
import { type Edit, editsOf } from './part.ts'

const newEvent = z.strictObject({ slug: slug.nullish(), identifiers, ...eventFields(byId), ...eventParts(byId) })

export const createEvent: Edit = async (tx, input) => {
  const [event] = await createEvents(tx, [input])
  if (typeof event === 'string') return { event }
  throw event
}

/**
 * Creates the valid events, in the same number of statements for any number of events. Returns the id of each event, or
 * an `Invalid` in its place.
 */
export async function createEvents(tx: Transaction, inputs: readonly unknown[]): Promise<(string | Invalid)[]> {
  const events = (await readAll(tx, newEvent, inputs)).map((event) =>
    event instanceof Invalid ? event : { ...event, id: v7() },
  )
  const valid = events.flatMap((event) => (event instanceof Invalid ? [] : [event]))
  const slugs = await chooseSlugs(tx, 'Event', valid)
  const slugOf = new Map(valid.map(({ id }, index) => [id, slugs[index] ?? '']))
  await saveEvents(
    tx,
    valid.flatMap(({ identifiers, id, ...event }) => {
      const slug = slugOf.get(id)
      return typeof slug === 'string' ? [{ ...eventWrite(event, alreadyAnId), id, identifiers, slug }] : []
    }),
  )
  return events.map((event) => {
    if (event instanceof Invalid) return event
    const slug = slugOf.get(event.id)
    return slug instanceof Invalid ? slug : event.id
  })
}

const eventPatch = patchOf({ slug, ...eventFields(byId) }, 'Event')

export const updateEvent: Edit = async (tx, input) => {
  const { id: globalId, expectedVersion, ...patch } = await read(tx, eventPatch, input)
  const { id } = await openRecord(tx, 'EVENT', globalId, expectedVersion)
  await saveEvents(tx, [{ ...eventWrite(patch, alreadyAnId), id }])
  return { event: id }
}

const oneEvent = z.strictObject(target('Event'))

export const retractEvent: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneEvent, input)
  const record = await openRecord(tx, 'EVENT', id, expectedVersion)
  await retractRecord(tx, record)
  return { event: record.id }
}

export const restoreEvent: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneEvent, input)
  const record = await openRetracted(tx, 'EVENT', id, expectedVersion)
  await restoreRecord(tx, record)
  return { event: record.id }
}

const eventMerge = oneEvent.extend({ into: idOf('Event') })

export const mergeEvent: Edit = async (tx, input) => {
  const merge = await read(tx, eventMerge, input)
  await mergeEvents(tx, merge)
  return { event: merge.into.id }
}

export const previewEventMerge = async (tx: Transaction, input: unknown): Promise<MergePreview> => {
  const merge = await read(tx, eventMerge, input)
  return previewMerge(tx, () => mergeEvents(tx, merge))
}

export const unmergeEvent: Edit = async (tx, input) => {
  const { id, expectedVersion } = await read(tx, oneEvent, input)
  await unmerge(tx, 'EVENT', { id, expectedVersion })
  return { event: id.id }
}

const event = recordOf('Event')

export const participants = editsOf({
  table: partOf('participants', participantTable),
  name: 'participant',
  type: 'EventParticipant',
  owner: { field: 'event', id: event, column: () => 'eventId' },
  fields: participantFields(byId),
  row: ({ actor, onBehalfOf, ...rest }) => ({ ...rest, actorId: actor, onBehalfOfId: onBehalfOf }),
})

export const links = editsOf({
  table: partOf('links', linkTable),
  name: 'link',
  type: 'EventLink',
  owner: { field: 'event', id: event, column: () => 'fromId' },
  fields: linkFields(byId),
  row: ({ to, ...rest }) => ({ ...rest, toId: to }),
  cited: 'eventLinkId',
})
