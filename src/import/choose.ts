import type { Taken } from '../store/taken.ts'
import { type Candidate, namesOf } from './candidate.ts'
import { subjectOf } from './facts.ts'
import { type Lookup, ownRows, uniqueKey } from './lookup.ts'
import type { DatelineRecord } from './record.ts'

export interface Refusal {
  readonly candidate: Candidate
  readonly reason: string
}

/**
 * Gives each record the row that it speaks of. Leaves out those that speak of a closed row and companions that are there
 * already, and refuses the contradictory.
 */
export function chooseRows(
  candidates: readonly Candidate[],
  known: Lookup,
  taken: Map<string, Taken>,
): { chosen: Candidate[]; refusals: Refusal[] } {
  const refusals: Refusal[] = []
  const seen = new Map<string, number>()
  const rows = new Map<string, number>()
  const chosen = candidates.flatMap((candidate) => {
    const { record, number } = candidate
    if (!record) return [candidate]
    const own = ownRows(record, known)
    const names = namesOf(record)
    if (own.some((row) => row.closed) || wasMerged(record, own, taken))
      return candidate.listings.length > 0 ? [{ ...candidate, record: null }] : []
    if (!candidate.own && (own.length > 0 || names.some((name) => seen.has(name)))) return []
    const id = own[0]?.id ?? sourceAt(record, taken) ?? candidate.id
    const reason = contradiction(record, id, own, { seen, rows, taken })
    if (reason) {
      refusals.push({ candidate, reason })
      return []
    }
    for (const name of names) seen.set(name, number)
    const key = uniqueKey(record)
    if (key) taken.set(`${subjectOf[record.record]} ${key}`, { id, survivorId: id })
    rows.set(id, number)
    return [{ ...candidate, id }]
  })
  return { chosen, refusals }
}

/** A row that an editor merged into another gave it its identifiers, and kept its slug. */
function wasMerged(
  record: DatelineRecord,
  own: ReturnType<typeof ownRows>,
  taken: ReadonlyMap<string, Taken>,
): boolean {
  const bearer = taken.get(`${subjectOf[record.record]} ${uniqueKey(record)}`)
  return own.some(({ id }) => bearer !== undefined && bearer.id !== id && bearer.survivorId === id)
}

/** Sources with one address are one source. */
function sourceAt(record: DatelineRecord, taken: ReadonlyMap<string, Taken>): string | undefined {
  return record.record === 'SOURCE' && record.url ? taken.get(`source ${record.url}`)?.id : undefined
}

interface Noted {
  readonly seen: ReadonlyMap<string, number>
  readonly rows: ReadonlyMap<string, number>
  readonly taken: ReadonlyMap<string, Taken>
}

function contradiction(
  record: DatelineRecord,
  id: string,
  own: ReturnType<typeof ownRows>,
  { seen, rows, taken }: Noted,
): string | undefined {
  const subject = subjectOf[record.record]
  for (const [place, name] of namesOf(record).entries())
    if (seen.has(name))
      return `The identifier ${record.identifiers[place]} is already that of record ${seen.get(name)} of this input: keep one of the two.`
  if (own.some((row) => row.id !== id))
    return `Its identifiers belong to different ${subject}s: import each with its own, or merge the two.`
  if (rows.has(id))
    return `It is the same ${subject} as record ${rows.get(id)} of this input: make one record of the two.`
  const key = uniqueKey(record)
  if (key && (taken.get(`${subject} ${key}`)?.id ?? id) !== id) {
    const column = subject === 'source' ? 'url' : 'slug'
    return `The ${column} "${key}" is already that of another ${subject}: choose another, or use that one's identifier.`
  }
  if (record.record !== 'ACTOR') return undefined
  const kind = own[0]?.kind
  if (kind && kind !== record.kind)
    return `It says ${record.kind}, and is a ${kind} in the database: correct the kind, or make another actor.`
  if (!kind && record.kind === 'COUNTRY' && !record.country)
    return 'It is a new COUNTRY and carries no codes: add "country".'
  if (!kind && record.kind === 'ASSET' && !record.asset)
    return 'It is a new ASSET and does not say of what kind: add "asset".'
  return undefined
}
