import { parseIdentifier } from '../domain/identifier.ts'
import type { ActorFacts } from '../store/actor.ts'
import { citationFacts } from '../store/citation.ts'
import { detentionFacts } from '../store/detention.ts'
import { eventFacts } from '../store/event.ts'
import type { Facts } from '../store/facts.ts'
import { type Find, optional } from '../store/find.ts'
import { relationshipFacts } from '../store/relationship.ts'
import { sanctionFacts } from '../store/sanction.ts'
import type { DatelineRecord, RecordOf } from './record.ts'

export const subjectOf = {
  SOURCE: 'source',
  ACTOR: 'actor',
  RELATIONSHIP: 'relationship',
  EVENT: 'event',
  SANCTION: 'sanction',
} as const

/** Puts ids in the place of references. */
export function factsOf({ identifiers: written, ...rest }: DatelineRecord, id: string, find: Find): Partial<Facts> {
  const known = { id, identifiers: written.map(parseIdentifier) }
  switch (rest.record) {
    case 'SOURCE': {
      const { record: _, ...source } = rest
      return { source: [{ ...source, ...known }] }
    }
    case 'ACTOR': {
      const { record: _, ...actor } = rest
      return { actor: [{ ...actorFacts(actor, find), ...known }] }
    }
    case 'RELATIONSHIP': {
      const { record: _, ...relationship } = rest
      return { relationship: [{ ...relationshipFacts(relationship, find), ...known }] }
    }
    case 'EVENT': {
      const { record: _, ...event } = rest
      return { event: [{ ...eventFacts(event, find), ...known }] }
    }
    case 'SANCTION': {
      const { record: _, ...sanction } = rest
      return { sanction: [{ ...sanctionFacts(sanction, find), ...known }] }
    }
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
  const { identifiers, mergedInto, asset, citations, detentions, ...rest } = actor
  return {
    ...rest,
    id,
    identifiers: identifiers.map(parseIdentifier),
    mergedIntoId: optional(mergedInto, (key) => find('actor', key)),
    asset: asset && { kind: asset.kind, flagId: optional(asset.flag, (key) => find('actor', key, 'COUNTRY')) },
    citations: citationFacts(citations, find),
    detentions: detentions?.map((detention) => detentionFacts(detention, find)),
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
  const { identifiers, mergedInto, location, goldstein, participants, links, citations, ...rest } = event
  return {
    ...rest,
    id,
    identifiers: identifiers.map(parseIdentifier),
    mergedIntoId: optional(mergedInto, (key) => find('event', key)),
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
