import type { Subject } from '../domain/identifier.ts'
import type { Facts } from '../store/facts.ts'
import type { Find } from '../store/find.ts'
import type { Known } from '../store/identifier.ts'
import type { ListingFacts } from '../store/listing.ts'
import { type Candidate, nameOf, namesOf, type Reference } from './candidate.ts'
import type { Refusal } from './choose.ts'
import { factsOf } from './facts.ts'
import type { Lookup } from './lookup.ts'

/** A candidate with ids in the place of all its references. */
export interface Resolved {
  readonly candidate: Candidate
  readonly facts: Partial<Facts>
  readonly listings: readonly ListingFacts[]
  readonly mentions: readonly { readonly eventId: string; readonly sourceId: string }[]
  /** By the names of lookups. */
  readonly sources: readonly string[]
}

interface Parted {
  readonly ready: Resolved[]
  readonly waiting: Candidate[]
  readonly refusals: Refusal[]
}

/** Parts those whose references all lead somewhere, with their facts, from those that wait and those that never will. */
export function resolve(candidates: readonly Candidate[], known: Lookup, isWhole: boolean): Parted {
  const all: Parted = { ready: [], waiting: [], refusals: [] }
  for (let open = candidates; ; ) {
    const { ready, waiting, refusals } = resolveOnce(open, known)
    all.waiting.push(...waiting)
    all.refusals.push(...refusals)
    if (ready.length === open.length) return isWhole ? withoutUncited({ ...all, ready }) : { ...all, ready }
    // Whoever refers to one that fell out has to be looked at again.
    open = ready.map(({ candidate }) => candidate)
  }
}

/** Sources come in for what cites them: those whose citations all wait do so too, and are else left out. */
function withoutUncited({ ready, waiting, refusals }: Parted): Parted {
  const cited = new Set(ready.flatMap(({ sources }) => sources))
  const isCited = ({ candidate: { own, record } }: Resolved) =>
    own || record?.record !== 'SOURCE' || namesOf(record).some((name) => cited.has(name))
  const uncited = waiting.length > 0 ? ready.filter((each) => !isCited(each)) : []
  return { ready: ready.filter(isCited), waiting: [...waiting, ...uncited.map(({ candidate }) => candidate)], refusals }
}

function resolveOnce(open: readonly Candidate[], known: Lookup): Parted {
  const here = new Map<string, Pick<Known, 'survivorId' | 'kind'>>()
  for (const { record, id } of open)
    for (const name of record ? namesOf(record) : [])
      here.set(name, { survivorId: id, kind: record?.record === 'ACTOR' ? record.kind : null })

  const parted: Parted = { ready: [], waiting: [], refusals: [] }
  for (const candidate of open) {
    let missing: Reference | undefined
    let reason: string | undefined
    const sources: string[] = []
    const find: Find = (subject: Subject, reference, kind) => {
      const name = nameOf(subject, reference)
      if (subject === 'source') sources.push(name)
      const found = known.get(name) ?? here.get(name)
      if (!found) missing ??= { subject, reference }
      else if (kind && found.kind !== kind)
        reason ??= `${reference} must be a ${kind} here, but is a ${found.kind}: refer to another actor.`
      return found?.survivorId ?? ''
    }
    const resolved = resolveOne(candidate, find)
    if (reason) parted.refusals.push({ candidate, reason })
    else if (missing) parted.waiting.push({ ...candidate, missing })
    else parted.ready.push({ ...resolved, sources })
  }
  return parted
}

function resolveOne(candidate: Candidate, find: Find): Omit<Resolved, 'sources'> {
  const { record, id, listings, mentions } = candidate
  return {
    candidate,
    facts: record ? factsOf(record, id, find) : {},
    listings: listings.map(({ sanction, actor, ...rest }) => ({
      ...rest,
      sanctionId: find('sanction', sanction),
      actorId: find('actor', actor),
    })),
    mentions: mentions.map(({ event, source }) => ({
      eventId: find('event', event),
      sourceId: find('source', source),
    })),
  }
}
