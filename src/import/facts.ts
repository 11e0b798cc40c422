import type { ActorKind } from '../db/generated/prisma/enums.ts'
import { parseIdentifier, type Subject } from '../domain/identifier.ts'
import type { ActorFacts } from '../store/actor.ts'
import { goldsteinOf } from '../store/cameo.ts'
import type { CitationFacts } from '../store/citation.ts'
import type { EventFacts } from '../store/event.ts'
import type { Facts } from '../store/facts.ts'
import type { RelationshipFacts } from '../store/relationship.ts'
import type { SanctionFacts } from '../store/sanction.ts'
import type { SourceFacts } from '../store/source.ts'
import type { CitationRecord, DatelineRecord, RecordOf } from './record.ts'

/** Finds the id that a reference leads to; where a kind is given, only an actor of that kind will do. */
export type Find = (subject: Subject, reference: string, kind?: ActorKind) => string

export const subjectOf = {
  SOURCE: 'source',
  ACTOR: 'actor',
  RELATIONSHIP: 'relationship',
  EVENT: 'event',
  SANCTION: 'sanction',
} as const

/** Puts ids in the place of references. */
export function factsOf(record: DatelineRecord, id: string, find: Find): Partial<Facts> {
  switch (record.record) {
    case 'SOURCE':
      return { source: [sourceFacts(record, id)] }
    case 'ACTOR':
      return { actor: [actorFacts(record, id, find)] }
    case 'RELATIONSHIP':
      return { relationship: [relationshipFacts(record, id, find)] }
    case 'EVENT':
      return { event: [eventFacts(record, id, find)] }
    case 'SANCTION':
      return { sanction: [sanctionFacts(record, id, find)] }
  }
}

/** Puts the facts of many records together. */
export function joinFacts(parts: readonly Partial<Facts>[]): Facts {
  return {
    source: parts.flatMap(({ source = [] }) => source),
    actor: parts.flatMap(({ actor = [] }) => actor),
    event: parts.flatMap(({ event = [] }) => event),
    relationship: parts.flatMap(({ relationship = [] }) => relationship),
    sanction: parts.flatMap(({ sanction = [] }) => sanction),
  }
}

function sourceFacts({ record: _, identifiers, ...rest }: RecordOf<'SOURCE'>, id: string): SourceFacts {
  return { ...rest, id, identifiers: identifiers.map(parseIdentifier) }
}

function actorFacts({ record: _, ...actor }: RecordOf<'ACTOR'>, id: string, find: Find): ActorFacts {
  const { identifiers, asset, citations, detentions, ...rest } = actor
  return {
    ...rest,
    id,
    identifiers: identifiers.map(parseIdentifier),
    asset: asset && { kind: asset.kind, flagId: optional(asset.flag, (key) => find('actor', key, 'COUNTRY')) },
    citations: cite(citations, find),
    detentions: detentions?.map(({ authority, startedBy, endedBy, citations, ...detention }) => ({
      ...detention,
      authorityId: optional(authority, (key) => find('actor', key)),
      startedById: optional(startedBy, (key) => find('event', key)),
      endedById: optional(endedBy, (key) => find('event', key)),
      citations: cite(citations, find),
    })),
  }
}

function relationshipFacts(relationship: RecordOf<'RELATIONSHIP'>, id: string, find: Find): RelationshipFacts {
  const { record: _, identifiers, subject, object, citations, ...rest } = relationship
  return {
    ...rest,
    id,
    identifiers: identifiers.map(parseIdentifier),
    subjectId: find('actor', subject),
    objectId: find('actor', object),
    citations: cite(citations, find),
  }
}

function eventFacts({ record: _, ...event }: RecordOf<'EVENT'>, id: string, find: Find): EventFacts {
  const { identifiers, location, goldstein, participants, links, citations, ...rest } = event
  return {
    ...rest,
    id,
    identifiers: identifiers.map(parseIdentifier),
    locationId: optional(location, (key) => find('actor', key, 'COUNTRY')),
    goldstein: goldstein === undefined ? optional(event.cameoCode, goldsteinOf) : goldstein,
    participants: participants?.map(({ actor, onBehalfOf, ...participant }) => ({
      ...participant,
      actorId: find('actor', actor),
      onBehalfOfId: optional(onBehalfOf, (key) => find('actor', key)),
    })),
    links: links?.map(({ to, citations, ...link }) => ({
      ...link,
      toId: find('event', to),
      citations: cite(citations, find),
    })),
    citations: cite(citations, find),
  }
}

function sanctionFacts({ record: _, ...sanction }: RecordOf<'SANCTION'>, id: string, find: Find): SanctionFacts {
  const { identifiers, authority, partOf, reasons, targets, actions, citations, ...rest } = sanction
  return {
    ...rest,
    id,
    identifiers: identifiers.map(parseIdentifier),
    authorityId: find('actor', authority),
    partOfId: optional(partOf, (key) => find('sanction', key)),
    reasonIds: reasons?.map((key) => find('event', key)),
    targets: targets?.map(({ actor, ...target }) => ({ ...target, actorId: find('actor', actor) })),
    actions: actions?.map(({ event, citations, ...action }) => ({
      ...action,
      eventId: optional(event, (key) => find('event', key)),
      citations: cite(citations, find),
    })),
    citations: cite(citations, find),
  }
}

function cite(citations: readonly CitationRecord[] | undefined, find: Find): CitationFacts[] | undefined {
  return citations?.map(({ source, ...citation }) => ({ ...citation, sourceId: find('source', source) }))
}

/** Leaves undefined (stays as it is) and null (is emptied) apart. */
function optional<T, U>(value: T | null | undefined, map: (value: T) => U): U | null | undefined {
  if (value === undefined) return undefined
  return value === null ? null : map(value)
}
