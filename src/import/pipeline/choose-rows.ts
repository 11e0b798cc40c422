import type { IdentifiedRow } from '../../store/identifier.ts'
import type { UniqueKeyRow } from '../../store/unique-key.ts'
import type { DatelineRecord } from '../formats/dateline/record.ts'
import { type Candidate, lookupKey, lookupKeysOf } from './candidate.ts'
import { withoutTakenLabels } from './labels.ts'
import { type Lookup, storedRows, uniqueKey } from './lookup.ts'
import { subjectOf } from './write-model.ts'

export interface RejectedCandidate {
  readonly candidate: Candidate
  readonly reason: string
  /** Whether only a part of the candidate is left out. Default: false. */
  readonly isPart?: boolean
}

/**
 * Sets the id of each candidate to that of its stored row, if it has one. Leaves out candidates of retracted and merged
 * rows, and companions that exist. Defers candidates whose twin is among the chosen ones. Rejects candidates that contradict
 * the database or each other. `uniqueKeyRows` has the rows by `${subject} ${slug or URL}`.
 */
export function chooseRows(
  candidates: readonly Candidate[],
  known: Lookup,
  uniqueKeyRows: Map<string, UniqueKeyRow>,
): { chosen: Candidate[]; deferred: Candidate[]; rejected: RejectedCandidate[] } {
  const deferred: Candidate[] = []
  const rejected: RejectedCandidate[] = []
  const numberOfKey = new Map<string, number>()
  const numberOfRow = new Map<string, number>()
  const chosen = candidates.flatMap((given) => {
    if (!given.record) return [given]
    const { number } = given
    const stored = storedRows(given.record, known)
    if (stored.some((row) => row.closed) || wasMerged(given.record, stored, uniqueKeyRows))
      return given.listings.length > 0 ? [{ ...given, record: null }] : []
    if (given.twins.some((twin) => numberOfKey.has(lookupKey('actor', twin)))) {
      deferred.push(given)
      return []
    }
    const { record, taken } = withoutTakenLabels(given.record, known, numberOfKey)
    const candidate = { ...given, record }
    for (const identifier of taken)
      rejected.push({
        candidate: given,
        isPart: true,
        reason: `The identifier ${identifier} is left out, because another ${subjectOf[record.record]} has it: merge the two if they are the same.`,
      })
    const keys = lookupKeysOf(record)
    if (!candidate.own && (stored.length > 0 || keys.some((key) => numberOfKey.has(key)))) {
      // References may use any of its identifiers, also one that is not stored.
      for (const key of keys) if (stored[0] && !known.has(key)) known.set(key, stored[0])
      return []
    }
    const id = stored[0]?.id ?? sourceWithUrl(record, uniqueKeyRows) ?? candidate.id
    const reason = contradiction(record, id, stored, { numberOfKey, numberOfRow, uniqueKeyRows })
    if (reason) {
      rejected.push({ candidate, reason })
      return []
    }
    for (const key of keys) numberOfKey.set(key, number)
    const unique = uniqueKey(record)
    if (unique) uniqueKeyRows.set(`${subjectOf[record.record]} ${unique}`, { id, survivorId: id })
    numberOfRow.set(id, number)
    return [{ ...candidate, id }]
  })
  return { chosen, deferred, rejected }
}

/**
 * Returns whether an editor merged the row of a record into another. Then the record's identifiers lead to the survivor,
 * and its slug to the merged row.
 */
function wasMerged(
  record: DatelineRecord,
  stored: readonly IdentifiedRow[],
  uniqueKeyRows: ReadonlyMap<string, UniqueKeyRow>,
): boolean {
  const row = uniqueKeyRows.get(`${subjectOf[record.record]} ${uniqueKey(record)}`)
  return stored.some(({ id }) => row !== undefined && row.id !== id && row.survivorId === id)
}

/** Returns the id of the stored source with the same URL. */
function sourceWithUrl(record: DatelineRecord, uniqueKeyRows: ReadonlyMap<string, UniqueKeyRow>): string | undefined {
  return record.record === 'SOURCE' && record.url ? uniqueKeyRows.get(`source ${record.url}`)?.id : undefined
}

interface ChosenSoFar {
  /** The numbers of the chosen records, by their lookup keys. */
  readonly numberOfKey: ReadonlyMap<string, number>
  /** The numbers of the chosen records, by the ids of their rows. */
  readonly numberOfRow: ReadonlyMap<string, number>
  readonly uniqueKeyRows: ReadonlyMap<string, UniqueKeyRow>
}

/** Returns the reason to reject a record; undefined if it contradicts neither the database nor the chosen records. */
function contradiction(
  record: DatelineRecord,
  id: string,
  stored: readonly IdentifiedRow[],
  { numberOfKey, numberOfRow, uniqueKeyRows }: ChosenSoFar,
): string | undefined {
  const subject = subjectOf[record.record]
  for (const [index, key] of lookupKeysOf(record).entries())
    if (numberOfKey.has(key))
      return `The identifier ${record.identifiers[index]} is already used by record ${numberOfKey.get(key)} of this input: remove one of the two records.`
  if (stored.some((row) => row.id !== id))
    return `The identifiers belong to different ${subject}s: import each with its own identifiers, or merge the two.`
  if (numberOfRow.has(id))
    return `The ${subject} is the same as that of record ${numberOfRow.get(id)} of this input: combine the two records.`
  const key = uniqueKey(record)
  if (key && (uniqueKeyRows.get(`${subject} ${key}`)?.id ?? id) !== id) {
    const column = subject === 'source' ? 'url' : 'slug'
    return `The ${column} "${key}" is already used by another ${subject}: choose another ${column}, or use the identifier of that ${subject}.`
  }
  if (record.record !== 'ACTOR') return undefined
  const kind = stored[0]?.kind
  if (kind && kind !== record.kind)
    return `The kind is ${record.kind}, but the actor is a ${kind} in the database: correct the kind, or create another actor.`
  if (!kind && record.kind === 'COUNTRY' && !record.country) return 'The new COUNTRY has no codes: add "country".'
  if (!kind && record.kind === 'ASSET' && !record.asset) return 'The new ASSET has no asset kind: add "asset".'
  return undefined
}
