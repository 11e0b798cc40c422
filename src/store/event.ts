import { v7 } from 'uuid'
import type {
  Basis,
  Certainty,
  CountKind,
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
import { type Find, optional } from './find.ts'
import { saveIdentifiers } from './identifier.ts'
import {
  type ChildTable,
  type Patch,
  recordChanged,
  type Saved,
  saveChildren,
  saveRows,
  type Transaction,
} from './rows.ts'
import type { GivenEvent } from './rules/event.ts'

export interface EventWrite {
  readonly id: string
  readonly identifiers: readonly Identifier[]
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
  /** All who take part. */
  readonly participants?: readonly {
    readonly actorId: string
    readonly role: ParticipantRole
    readonly count?: number | null
    readonly countKind?: CountKind | null
    readonly onBehalfOfId?: string | null
    readonly note?: string | null
  }[]
  /** All links that lead from it. */
  readonly links?: readonly {
    readonly kind: LinkKind
    readonly toId: string
    readonly basis: Basis
    readonly citations?: readonly CitationWrite[]
  }[]
  readonly citations?: readonly CitationWrite[]
}

/** What is given of an event, with ids in the place of references. */
export function eventWrite(given: Partial<GivenEvent>, find: Find): Partial<EventWrite> {
  const { location, goldstein, participants, links, citations, ...rest } = given
  return {
    ...rest,
    locationId: optional(location, (key) => find('actor', key, 'COUNTRY')),
    goldstein: goldstein === undefined ? optional(given.cameoCode, goldsteinOf) : goldstein,
    participants: participants?.map(({ actor, onBehalfOf, ...participant }) => ({
      ...participant,
      actorId: find('actor', actor),
      onBehalfOfId: optional(onBehalfOf, (key) => find('actor', key)),
    })),
    links: links?.map(({ to, citations, ...link }) => ({
      ...link,
      toId: find('event', to),
      citations: citationWrites(citations, find),
    })),
    citations: citationWrites(citations, find),
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
  ],
}
export const participantTable: ChildTable = {
  name: 'EventParticipant',
  parent: 'eventId',
  key: ['actorId', 'role'],
  rest: ['count', 'countKind', 'onBehalfOfId', 'note'],
  hasId: true,
  rules: 'all',
}
export const linkTable: ChildTable = {
  name: 'EventLink',
  parent: 'fromId',
  key: ['toId', 'kind'],
  rest: ['basis'],
  hasId: true,
  rules: 'all',
}

/** Writes events with their participants, links and citations; links may lead to each other's events. */
export async function saveEvents(tx: Transaction, events: readonly Patch<EventWrite>[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    eventTable,
    events.map(({ identifiers, date, participants, links, citations, ...columns }) => ({
      ...columns,
      ...dateColumns('date', date),
    })),
  )
  recordChanged(saved, await saveIdentifiers(tx, 'event', events))
  recordChanged(saved, await saveParticipants(tx, events))
  recordChanged(saved, await saveLinks(tx, events))
  recordChanged(saved, await saveCitations(tx, 'eventId', new Map(events.map(({ id, citations }) => [id, citations]))))
  return saved
}

function saveParticipants(tx: Transaction, events: readonly Patch<EventWrite>[]): Promise<Set<string>> {
  const listing = events.filter(({ participants }) => participants)
  const rows = listing.flatMap(({ id: eventId, participants = [] }) =>
    participants.map((participant) => ({ ...participant, id: v7(), eventId })),
  )
  return saveChildren(
    tx,
    participantTable,
    listing.map(({ id }) => id),
    rows,
  )
}

async function saveLinks(tx: Transaction, events: readonly Patch<EventWrite>[]): Promise<Set<string>> {
  const listing = events.filter(({ links }) => links)
  const rows = listing.flatMap(({ id: fromId, links = [] }) => links.map((link) => ({ ...link, id: v7(), fromId })))
  const touched = await saveChildren(
    tx,
    linkTable,
    listing.map(({ id }) => id),
    rows,
  )
  const owners = new Map(rows.map(({ id, fromId }) => [id, fromId]))
  for (const id of await saveCitationsOfChildren(tx, 'eventLinkId', linkTable, rows, owners)) touched.add(id)
  return touched
}
