import { parseIdentifier } from '../../domain/identifier.ts'
import type { ActorWrite } from '../../store/actor.ts'
import { birthClaimWrite } from '../../store/birth-claim.ts'
import { citationWrites } from '../../store/citation.ts'
import { detentionWrite } from '../../store/detention.ts'
import { disputedValueWrites } from '../../store/disputed-value.ts'
import { eventWrite } from '../../store/event.ts'
import { type FindId, optional } from '../../store/find-id.ts'
import { relationshipWrite } from '../../store/relationship.ts'
import { sanctionWrite } from '../../store/sanction.ts'
import type { WriteModel } from '../../store/write-model.ts'
import type { DatelineRecord, RecordOf } from '../formats/dateline/record.ts'

export const subjectOf = {
  SOURCE: 'source',
  ACTOR: 'actor',
  RELATIONSHIP: 'relationship',
  EVENT: 'event',
  SANCTION: 'sanction',
} as const

/** Converts a record to a write model: replaces its references by ids. */
export function writeModelOf(
  { id: _id, identifiers: texts, ...rest }: DatelineRecord,
  id: string,
  findId: FindId,
): Partial<WriteModel> {
  const identity = { id, identifiers: texts.map(parseIdentifier) }
  switch (rest.record) {
    case 'SOURCE': {
      const { record: _, ...source } = rest
      return { source: [{ ...source, ...identity }] }
    }
    case 'ACTOR': {
      const { record: _, mergedInto, ...actor } = rest
      const mergedIntoId = optional(mergedInto, (key) => findId('actor', key))
      return { actor: [{ ...actorWrite(actor, findId), mergedIntoId, ...identity }] }
    }
    case 'RELATIONSHIP': {
      const { record: _, ...relationship } = rest
      return { relationship: [{ ...relationshipWrite(relationship, findId), ...identity }] }
    }
    case 'EVENT': {
      const { record: _, mergedInto, disputedValues, ...event } = rest
      const mergedIntoId = optional(mergedInto, (key) => findId('event', key))
      // Exports of earlier versions do not tell the origin.
      const origin = event.origin ?? (texts.some((text) => text.startsWith('GDELT:')) ? 'MACHINE_CODED' : undefined)
      return {
        event: [
          {
            ...eventWrite(event, findId),
            origin,
            disputedValues: disputedValueWrites(disputedValues, findId),
            mergedIntoId,
            ...identity,
          },
        ],
      }
    }
    case 'SANCTION': {
      const { record: _, ...sanction } = rest
      return { sanction: [{ ...sanctionWrite(sanction, findId), ...identity }] }
    }
  }
}

/** Joins the write models of many records into one. */
export function joinWriteModels(parts: readonly Partial<WriteModel>[]): WriteModel {
  return {
    source: parts.flatMap(({ source = [] }) => source),
    actor: parts.flatMap(({ actor = [] }) => actor),
    event: parts.flatMap(({ event = [] }) => event),
    relationship: parts.flatMap(({ relationship = [] }) => relationship),
    sanction: parts.flatMap(({ sanction = [] }) => sanction),
  }
}

function actorWrite(
  actor: Omit<RecordOf<'ACTOR'>, 'record' | 'id' | 'identifiers' | 'mergedInto'>,
  findId: FindId,
): Partial<ActorWrite> {
  const { asset, births, citations, detentions, disputedValues, ...rest } = actor
  return {
    ...rest,
    asset: asset && { kind: asset.kind, flagId: optional(asset.flag, (key) => findId('actor', key, 'COUNTRY')) },
    births: births?.map((birth) => birthClaimWrite(birth, findId)),
    citations: citationWrites(citations, findId),
    detentions: detentions?.map((detention) => detentionWrite(detention, findId)),
    disputedValues: disputedValueWrites(disputedValues, findId),
  }
}
