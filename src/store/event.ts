import { v7 } from 'uuid'
import type {
  Basis,
  Certainty,
  CountKind,
  EventOrigin,
  EventStatus,
  EventType,
  LinkKind,
  ParticipantRole,
} from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { goldsteinOf } from './cameo.ts'
import { type CitationWrite, citationWrites, saveCitations, saveCitationsOfChildren } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { type DisputedValueWrite, disputedValueWrites, saveDisputedValues } from './disputed-value.ts'
import { type FindId, optional } from './find-id.ts'
import { saveIdentifiers } from './identifier.ts'
import {
  type ChildTable,
  idsOfChildren,
  type Patch,
  recordChanged,
  type Saved,
  saveChildren,
  saveRows,
  type Transaction,
} from './rows.ts'
import type { EventInput } from './rules/event.ts'

/** An event to insert or update, with its parts. Parts that are undefined are not changed. */
export interface EventWrite {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  /** Of a new event. Default: now. */
  readonly createdAt?: string
  readonly retractedAt?: string | null
  readonly mergedIntoId?: string | null
  readonly slug: string
  readonly title: string
  readonly summary?: string | null
  readonly type: EventType
  readonly status: EventStatus
  readonly certainty: Certainty
  readonly date: FuzzyDate
  readonly locationId?: string | null
  readonly cameoCode?: string | null
  readonly goldstein?: number | null
  readonly origin?: EventOrigin
  /** The complete list of participants. */
  readonly participants?: readonly {
    readonly actorId: string
    readonly role: ParticipantRole
    readonly count?: number | null
    readonly countKind?: CountKind | null
    readonly onBehalfOfId?: string | null
    readonly note?: string | null
    readonly disputedValues?: readonly DisputedValueWrite[]
  }[]
  /** The complete list of links from this event to others. */
  readonly links?: readonly {
    readonly kind: LinkKind
    readonly toId: string
    readonly basis: Basis
    readonly citations?: readonly CitationWrite[]
  }[]
  readonly citations?: readonly CitationWrite[]
  /** Disputed values to add. Stored ones that are not in this list are kept. */
  readonly disputedValues?: readonly DisputedValueWrite[]
}

/** Replaces the references of an event by ids. Default of `goldstein`: the score of the CAMEO code. */
export function eventWrite(input: Partial<EventInput>, findId: FindId): Partial<EventWrite> {
  const { location, goldstein, participants, links, citations, ...rest } = input
  return {
    ...rest,
    locationId: optional(location, (key) => findId('actor', key, 'COUNTRY')),
    goldstein: goldstein === undefined ? optional(input.cameoCode, goldsteinOf) : goldstein,
    participants: participants?.map(({ actor, onBehalfOf, disputedValues, ...participant }) => ({
      ...participant,
      ...(disputedValues && { disputedValues: disputedValueWrites(disputedValues, findId) }),
      actorId: findId('actor', actor),
      onBehalfOfId: optional(onBehalfOf, (key) => findId('actor', key)),
    })),
    links: links?.map(({ to, citations, ...link }) => ({
      ...link,
      toId: findId('event', to),
      citations: citationWrites(citations, findId),
    })),
    citations: citationWrites(citations, findId),
  }
}

const eventTable = {
  name: 'Event',
  id: 'id',
  columns: [
    'retractedAt',
    'mergedIntoId',
    'slug',
    'title',
    'summary',
    'type',
    'status',
    'certainty',
    ...dateColumnNames('date'),
    'locationId',
    'cameoCode',
    'goldstein',
    'origin',
  ],
  defaults: { origin: 'EDITED' },
}
export const participantTable: ChildTable = {
  name: 'EventParticipant',
  parent: 'eventId',
  key: ['actorId', 'role'],
  rest: ['count', 'countKind', 'onBehalfOfId', 'note'],
  hasId: true,
  deletes: 'all',
}
export const linkTable: ChildTable = {
  name: 'EventLink',
  parent: 'fromId',
  key: ['toId', 'kind'],
  rest: ['basis'],
  hasId: true,
  deletes: 'all',
}

/** Inserts or updates events with their participants, links and citations. The events may have links to each other. */
export async function saveEvents(tx: Transaction, events: readonly Patch<EventWrite>[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    eventTable,
    events.map(({ identifiers, date, participants, links, citations, disputedValues, ...columns }) => ({
      ...columns,
      ...dateColumns('date', date),
    })),
  )
  recordChanged(saved, await saveIdentifiers(tx, 'event', events))
  recordChanged(saved, await saveParticipants(tx, events))
  recordChanged(saved, await saveLinks(tx, events))
  recordChanged(saved, await saveCitations(tx, 'eventId', new Map(events.map(({ id, citations }) => [id, citations]))))
  recordChanged(saved, await saveDisputedValues(tx, 'eventId', events))
  return saved
}

async function saveParticipants(tx: Transaction, events: readonly Patch<EventWrite>[]): Promise<Set<string>> {
  const owners = events.filter(({ participants }) => participants)
  const rows = owners.flatMap(({ id: eventId, participants = [] }) =>
    participants.map((participant) => ({ ...participant, id: v7(), eventId })),
  )
  const touched = await saveChildren(
    tx,
    participantTable,
    owners.map(({ id }) => id),
    rows,
  )
  const disputed = rows.filter(({ disputedValues }) => disputedValues)
  const stored = await idsOfChildren(tx, participantTable, disputed)
  const eventOf = new Map(disputed.map(({ id, eventId }) => [stored.get(id) ?? id, eventId]))
  const values = disputed.map(({ id, disputedValues }) => ({ id: stored.get(id) ?? id, disputedValues }))
  for (const id of await saveDisputedValues(tx, 'participantId', values)) touched.add(eventOf.get(id) ?? id)
  return touched
}

async function saveLinks(tx: Transaction, events: readonly Patch<EventWrite>[]): Promise<Set<string>> {
  const owners = events.filter(({ links }) => links)
  const rows = owners.flatMap(({ id: fromId, links = [] }) => links.map((link) => ({ ...link, id: v7(), fromId })))
  const touched = await saveChildren(
    tx,
    linkTable,
    owners.map(({ id }) => id),
    rows,
  )
  const ownerOf = new Map(rows.map(({ id, fromId }) => [id, fromId]))
  for (const id of await saveCitationsOfChildren(tx, 'eventLinkId', linkTable, rows, ownerOf)) touched.add(id)
  return touched
}
