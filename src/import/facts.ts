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
      const { record: _, mergedInto, ...actor } = rest
      const mergedIntoId = optional(mergedInto, (key) => find('actor', key))
      return { actor: [{ ...actorFacts(actor, find), mergedIntoId, ...known }] }
    }
    case 'RELATIONSHIP': {
      const { record: _, ...relationship } = rest
      return { relationship: [{ ...relationshipFacts(relationship, find), ...known }] }
    }
    case 'EVENT': {
      const { record: _, mergedInto, ...event } = rest
      const mergedIntoId = optional(mergedInto, (key) => find('event', key))
      return { event: [{ ...eventFacts(event, find), mergedIntoId, ...known }] }
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

function actorFacts(
  actor: Omit<RecordOf<'ACTOR'>, 'record' | 'identifiers' | 'mergedInto'>,
  find: Find,
): Partial<ActorFacts> {
  const { asset, citations, detentions, ...rest } = actor
  return {
    ...rest,
    asset: asset && { kind: asset.kind, flagId: optional(asset.flag, (key) => find('actor', key, 'COUNTRY')) },
    citations: citationFacts(citations, find),
    detentions: detentions?.map((detention) => detentionFacts(detention, find)),
  }
}
