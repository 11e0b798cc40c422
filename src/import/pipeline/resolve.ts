import type { Subject } from '../../domain/identifier.ts'
import { citationWrites } from '../../store/citation.ts'
import type { FindId } from '../../store/find-id.ts'
import type { IdentifiedRow } from '../../store/identifier.ts'
import type { ListingWrite } from '../../store/listing.ts'
import type { WriteModel } from '../../store/write-model.ts'
import { type Candidate, lookupKey, lookupKeysOf, type MissingReference } from './candidate.ts'
import type { RejectedCandidate } from './choose-rows.ts'
import type { Lookup } from './lookup.ts'
import { writeModelOf } from './write-model.ts'

/** A candidate whose references are replaced by ids. */
export interface ResolvedCandidate {
  readonly candidate: Candidate
  readonly writes: Partial<WriteModel>
  readonly listings: readonly ListingWrite[]
  readonly mentions: readonly { readonly eventId: string; readonly sourceId: string }[]
  /** The lookup keys of the cited sources. */
  readonly sources: readonly string[]
}

interface Resolution {
  readonly ready: ResolvedCandidate[]
  readonly waiting: Candidate[]
  readonly rejected: RejectedCandidate[]
}

/**
 * Resolves the references of candidates to ids. Candidates with unknown references wait; those whose references can never
 * be valid are rejected. `deferred` wait in any case. `isComplete` is false for a part of a batch, in which sources may be
 * without their citations.
 */
export function resolve(
  candidates: readonly Candidate[],
  deferred: readonly Candidate[],
  known: Lookup,
  isComplete: boolean,
): Resolution {
  const all: Resolution = { ready: [], waiting: [...deferred], rejected: [] }
  for (let open = candidates; ; ) {
    const { ready, waiting, rejected } = resolveOnce(open, known)
    all.waiting.push(...waiting)
    all.rejected.push(...rejected)
    if (ready.length === open.length) return isComplete ? withoutUncited({ ...all, ready }) : { ...all, ready }
    // Candidates that refer to one that now waits or is rejected have to wait too.
    open = ready.map(({ candidate }) => candidate)
  }
}

/** Leaves out the companion sources that no ready candidate cites. If candidates wait, these sources wait with them. */
function withoutUncited({ ready, waiting, rejected }: Resolution): Resolution {
  const cited = new Set(ready.flatMap(({ sources }) => sources))
  const isCited = ({ candidate: { own, record } }: ResolvedCandidate) =>
    own || record?.record !== 'SOURCE' || lookupKeysOf(record).some((key) => cited.has(key))
  const uncited = waiting.length > 0 ? ready.filter((each) => !isCited(each)) : []
  return { ready: ready.filter(isCited), waiting: [...waiting, ...uncited.map(({ candidate }) => candidate)], rejected }
}

function resolveOnce(open: readonly Candidate[], known: Lookup): Resolution {
  const inBatch = new Map<string, Pick<IdentifiedRow, 'survivorId' | 'kind'>>()
  for (const { record, id } of open)
    for (const key of record ? lookupKeysOf(record) : [])
      inBatch.set(key, { survivorId: id, kind: record?.record === 'ACTOR' ? record.kind : null })

  const resolution: Resolution = { ready: [], waiting: [], rejected: [] }
  for (const candidate of open) {
    let missing: MissingReference | undefined
    let reason: string | undefined
    const sources: string[] = []
    const findId: FindId = (subject: Subject, reference, kind) => {
      const key = lookupKey(subject, reference)
      if (subject === 'source') sources.push(key)
      const row = known.get(key) ?? inBatch.get(key)
      if (!row) missing ??= { subject, reference }
      else if (kind && row.kind !== kind)
        reason ??= `${reference} must be a ${kind} here, but is a ${row.kind}: refer to another actor.`
      return row?.survivorId ?? ''
    }
    const resolved = resolveOne(candidate, findId)
    if (reason) resolution.rejected.push({ candidate, reason })
    else if (missing) resolution.waiting.push({ ...candidate, missing })
    else resolution.ready.push({ ...resolved, sources })
  }
  return resolution
}

function resolveOne(candidate: Candidate, findId: FindId): Omit<ResolvedCandidate, 'sources'> {
  const { record, id, listings, mentions } = candidate
  return {
    candidate,
    writes: record ? writeModelOf(record, id, findId) : {},
    listings: listings.map(({ sanction, actor, citations, ...rest }) => ({
      ...rest,
      citations: citationWrites(citations, findId),
      sanctionId: findId('sanction', sanction),
      actorId: findId('actor', actor),
    })),
    mentions: mentions.map(({ event, source }) => ({
      eventId: findId('event', event),
      sourceId: findId('source', source),
    })),
  }
}
