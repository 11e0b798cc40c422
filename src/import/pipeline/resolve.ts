import type { Subject } from '../../domain/identifier.ts'
import type { FindId } from '../../store/find-id.ts'
import type { IdentifiedRow } from '../../store/identifier.ts'
import type { ListingWrite } from '../../store/listing.ts'
import type { WriteModel } from '../../store/write-model.ts'
import { type Candidate, type MissingReference, nameOf, namesOf } from './candidate.ts'
import type { RejectedCandidate } from './choose-rows.ts'
import type { Lookup } from './lookup.ts'
import { writeModelOf } from './write-model.ts'

/** A candidate with ids in the place of all its references. */
export interface ResolvedCandidate {
  readonly candidate: Candidate
  readonly writes: Partial<WriteModel>
  readonly listings: readonly ListingWrite[]
  readonly mentions: readonly { readonly eventId: string; readonly sourceId: string }[]
  /** By the names of lookups. */
  readonly sources: readonly string[]
}

interface Parted {
  readonly ready: ResolvedCandidate[]
  readonly waiting: Candidate[]
  readonly rejected: RejectedCandidate[]
}

/** Parts those whose references all lead somewhere, with their writes, from those that wait and those that never will. */
export function resolve(candidates: readonly Candidate[], known: Lookup, isWhole: boolean): Parted {
  const all: Parted = { ready: [], waiting: [], rejected: [] }
  for (let open = candidates; ; ) {
    const { ready, waiting, rejected } = resolveOnce(open, known)
    all.waiting.push(...waiting)
    all.rejected.push(...rejected)
    if (ready.length === open.length) return isWhole ? withoutUncited({ ...all, ready }) : { ...all, ready }
    // Whoever refers to one that fell out has to be looked at again.
    open = ready.map(({ candidate }) => candidate)
  }
}

/** Sources come in for what cites them: those whose citations all wait do so too, and are else left out. */
function withoutUncited({ ready, waiting, rejected }: Parted): Parted {
  const cited = new Set(ready.flatMap(({ sources }) => sources))
  const isCited = ({ candidate: { own, record } }: ResolvedCandidate) =>
    own || record?.record !== 'SOURCE' || namesOf(record).some((name) => cited.has(name))
  const uncited = waiting.length > 0 ? ready.filter((each) => !isCited(each)) : []
  return { ready: ready.filter(isCited), waiting: [...waiting, ...uncited.map(({ candidate }) => candidate)], rejected }
}

function resolveOnce(open: readonly Candidate[], known: Lookup): Parted {
  const here = new Map<string, Pick<IdentifiedRow, 'survivorId' | 'kind'>>()
  for (const { record, id } of open)
    for (const name of record ? namesOf(record) : [])
      here.set(name, { survivorId: id, kind: record?.record === 'ACTOR' ? record.kind : null })

  const parted: Parted = { ready: [], waiting: [], rejected: [] }
  for (const candidate of open) {
    let missing: MissingReference | undefined
    let reason: string | undefined
    const sources: string[] = []
    const findId: FindId = (subject: Subject, reference, kind) => {
      const name = nameOf(subject, reference)
      if (subject === 'source') sources.push(name)
      const found = known.get(name) ?? here.get(name)
      if (!found) missing ??= { subject, reference }
      else if (kind && found.kind !== kind)
        reason ??= `${reference} must be a ${kind} here, but is a ${found.kind}: refer to another actor.`
      return found?.survivorId ?? ''
    }
    const resolved = resolveOne(candidate, findId)
    if (reason) parted.rejected.push({ candidate, reason })
    else if (missing) parted.waiting.push({ ...candidate, missing })
    else parted.ready.push({ ...resolved, sources })
  }
  return parted
}

function resolveOne(candidate: Candidate, findId: FindId): Omit<ResolvedCandidate, 'sources'> {
  const { record, id, listings, mentions } = candidate
  return {
    candidate,
    writes: record ? writeModelOf(record, id, findId) : {},
    listings: listings.map(({ sanction, actor, ...rest }) => ({
      ...rest,
      sanctionId: findId('sanction', sanction),
      actorId: findId('actor', actor),
    })),
    mentions: mentions.map(({ event, source }) => ({
      eventId: findId('event', event),
      sourceId: findId('source', source),
    })),
  }
}
