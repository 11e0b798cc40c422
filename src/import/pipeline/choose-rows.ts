import type { UniqueKeyRow } from '../../store/unique-key.ts'
import type { DatelineRecord } from '../formats/dateline/record.ts'
import { type Candidate, namesOf } from './candidate.ts'
import { type Lookup, ownRows, uniqueKey } from './lookup.ts'
import { subjectOf } from './write-model.ts'

export interface RejectedCandidate {
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
  taken: Map<string, UniqueKeyRow>,
): { chosen: Candidate[]; rejected: RejectedCandidate[] } {
  const rejected: RejectedCandidate[] = []
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
      rejected.push({ candidate, reason })
      return []
    }
    for (const name of names) seen.set(name, number)
    const key = uniqueKey(record)
    if (key) taken.set(`${subjectOf[record.record]} ${key}`, { id, survivorId: id })
    rows.set(id, number)
    return [{ ...candidate, id }]
  })
  return { chosen, rejected }
}

/** A row that an editor merged into another gave it its identifiers, and kept its slug. */
function wasMerged(
  record: DatelineRecord,
  own: ReturnType<typeof ownRows>,
  taken: ReadonlyMap<string, UniqueKeyRow>,
): boolean {
  const bearer = taken.get(`${subjectOf[record.record]} ${uniqueKey(record)}`)
  return own.some(({ id }) => bearer !== undefined && bearer.id !== id && bearer.survivorId === id)
}

/** Sources with one address are one source. */
function sourceAt(record: DatelineRecord, taken: ReadonlyMap<string, UniqueKeyRow>): string | undefined {
  return record.record === 'SOURCE' && record.url ? taken.get(`source ${record.url}`)?.id : undefined
}

interface SeenRows {
  readonly seen: ReadonlyMap<string, number>
  readonly rows: ReadonlyMap<string, number>
  readonly taken: ReadonlyMap<string, UniqueKeyRow>
}

function contradiction(
  record: DatelineRecord,
  id: string,
  own: ReturnType<typeof ownRows>,
  { seen, rows, taken }: SeenRows,
): string | undefined {
  const subject = subjectOf[record.record]
  for (const [index, name] of namesOf(record).entries())
    if (seen.has(name))
      return `The identifier ${record.identifiers[index]} is already used by record ${seen.get(name)} of this input: remove one of the two records.`
  if (own.some((row) => row.id !== id))
    return `The identifiers belong to different ${subject}s: import each with its own identifiers, or merge the two.`
  if (rows.has(id))
    return `The ${subject} is the same as that of record ${rows.get(id)} of this input: combine the two records.`
  const key = uniqueKey(record)
  if (key && (taken.get(`${subject} ${key}`)?.id ?? id) !== id) {
    const column = subject === 'source' ? 'url' : 'slug'
    return `The ${column} "${key}" is already used by another ${subject}: choose another ${column}, or use the identifier of that ${subject}.`
  }
  if (record.record !== 'ACTOR') return undefined
  const kind = own[0]?.kind
  if (kind && kind !== record.kind)
    return `The kind is ${record.kind}, but the actor is a ${kind} in the database: correct the kind, or create another actor.`
  if (!kind && record.kind === 'COUNTRY' && !record.country) return 'The new COUNTRY has no codes: add "country".'
  if (!kind && record.kind === 'ASSET' && !record.asset) return 'The new ASSET has no asset kind: add "asset".'
  return undefined
}
