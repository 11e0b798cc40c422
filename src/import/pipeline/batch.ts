import { saveMentions } from '../../store/citation.ts'
import { databaseErrorOf, isBrokenRule, isTooLarge } from '../../store/database-error.ts'
import { endMissingListings, type Snapshot, saveListings } from '../../store/listing.ts'
import { endListingsByKey, retract } from '../../store/retract.ts'
import type { Transaction } from '../../store/rows.ts'
import { saveWriteModel } from '../../store/write-model.ts'
import type { Candidate } from './candidate.ts'
import { chooseRows, type RejectedCandidate } from './choose-rows.ts'
import { withoutErased } from './erased.ts'
import { joinTwins, withinSharedActors } from './join.ts'
import { lookUp, lookUpUniqueKeys } from './lookup.ts'
import { type ResolvedCandidate, resolve } from './resolve.ts'
import { joinWriteModels } from './write-model.ts'

/** The result of a row. If several apply, the one with the highest weight. */
export type RowResult = 'created' | 'changed' | 'retracted' | 'unchanged'

interface BatchResult {
  /** The results by row. */
  readonly results: Map<number, RowResult>
  /** The candidates that refer to records that may be in a later batch. */
  readonly waiting: Candidate[]
  readonly rejected: RejectedCandidate[]
  /** The candidates that are erased people or refer to them. */
  readonly erased: Candidate[]
}

/** Runs `work` in one transaction. */
export type Transact = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>

/**
 * Writes a batch in one transaction. If it violates a constraint of the database, writes its halves separately, and so on,
 * until the record with the mistake is alone and can be rejected. `isComplete` is false for such halves.
 */
export async function importBatch(
  transact: Transact,
  candidates: readonly Candidate[],
  snapshot: Snapshot,
  isComplete = true,
): Promise<BatchResult> {
  try {
    return await transact((tx) => writeBatch(tx, candidates, snapshot, isComplete))
  } catch (error) {
    const reason = constraintReason(error)
    const [first] = candidates
    if (!reason || !first) throw error
    if (candidates.length === 1)
      return { results: new Map(), waiting: [], rejected: [{ candidate: first, reason }], erased: [] }
    const middle = Math.ceil(candidates.length / 2)
    const left = await importBatch(transact, candidates.slice(0, middle), snapshot, false)
    const right = await importBatch(transact, candidates.slice(middle), snapshot, false)
    const results = new Map(left.results)
    for (const [row, result] of right.results) recordResult(results, row, result)
    return {
      results,
      waiting: [...left.waiting, ...right.waiting],
      rejected: [...left.rejected, ...right.rejected],
      erased: [...left.erased, ...right.erased],
    }
  }
}

const weights: Record<RowResult, number> = { unchanged: 0, changed: 1, retracted: 2, created: 3 }

/** Sets the result of a row, unless the row has a result with a higher weight. */
export function recordResult(results: Map<number, RowResult>, row: number, result: RowResult): void {
  const current = results.get(row)
  if (!current || weights[current] < weights[result]) results.set(row, result)
}

async function writeBatch(
  tx: Transaction,
  given: readonly Candidate[],
  snapshot: Snapshot,
  isComplete: boolean,
): Promise<BatchResult> {
  const { candidates, erased } = await withoutErased(tx, given)
  const known = await lookUp(tx, candidates)
  await joinTwins(tx, candidates, known)
  const { chosen, deferred, rejected } = chooseRows(candidates, known, await lookUpUniqueKeys(tx, candidates))
  const { ready: resolved, waiting, rejected: unresolvable } = resolve(chosen, deferred, known, isComplete)
  rejected.push(...unresolvable)
  const ready = await withinSharedActors(tx, resolved, known)
  const saved = await saveWriteModel(tx, joinWriteModels(ready.map(({ writes }) => writes)))

  const results = new Map<number, RowResult>()
  const unwritten = rejected.flatMap(({ candidate, isPart }) => (isPart ? [] : candidate))
  const notWritten = new Set([...waiting, ...unwritten].map(({ id }) => id))
  for (const { row, own, id } of candidates) if (own && !notWritten.has(id)) results.set(row, 'unchanged')
  for (const { candidate } of ready) {
    const { id, own, row } = candidate
    if (saved.created.has(id)) recordResult(results, row, own ? 'created' : 'changed')
    else if (saved.changed.has(id)) recordResult(results, row, 'changed')
  }
  for (const row of await writeListings(tx, ready, snapshot)) recordResult(results, row, 'changed')
  for (const row of await writeMentions(tx, ready)) recordResult(results, row, 'changed')
  for (const row of await writeRetractions(tx, ready, snapshot)) recordResult(results, row, 'retracted')
  return { results, waiting, rejected, erased }
}

/** Writes the listings, and ends the listings that the actors' rows no longer contain. Returns the changed rows. */
async function writeListings(
  tx: Transaction,
  ready: readonly ResolvedCandidate[],
  snapshot: Snapshot,
): Promise<number[]> {
  const listings = ready.flatMap(({ candidate, listings }) => listings.map((writes) => ({ candidate, writes })))
  if (listings.length === 0) return []
  const writes = listings.map(({ writes }) => writes)
  const touched = await saveListings(tx, writes, snapshot)
  const rows = listings.flatMap(({ candidate }, index) => (touched.has(index) ? [candidate.row] : []))
  // A row with an actor contains all listings of an entry on the lists of the row, unless it is from a list of changes. Another list may have its own row, and so has each
  // entry of an actor that was merged.
  const entriesOfLists = new Map<string, { actorId: string; listingId: string; row: number }[]>()
  for (const { candidate, writes } of listings) {
    if (candidate.record?.record !== 'ACTOR' || candidate.partial) continue
    const key = JSON.stringify(writes.lists)
    const { actorId, listingId } = writes
    entriesOfLists.set(key, [...(entriesOfLists.get(key) ?? []), { actorId, listingId, row: candidate.row }])
  }
  for (const [key, entries] of entriesOfLists) {
    const ended = new Set(await endMissingListings(tx, JSON.parse(key), snapshot.asOf, entries))
    rows.push(...entries.flatMap(({ actorId, row }) => (ended.has(actorId) ? [row] : [])))
  }
  return rows
}

async function writeMentions(tx: Transaction, ready: readonly ResolvedCandidate[]): Promise<number[]> {
  const mentions = ready.flatMap(({ candidate, mentions }) =>
    mentions.map((mention) => ({ ...mention, row: candidate.row })),
  )
  const touched = await saveMentions(tx, mentions)
  return mentions.flatMap(({ eventId, sourceId, row }) => (touched.has(`${eventId} ${sourceId}`) ? [row] : []))
}

async function writeRetractions(
  tx: Transaction,
  ready: readonly ResolvedCandidate[],
  { asOf }: Snapshot,
): Promise<number[]> {
  const identifiers = new Map(
    ready.flatMap(({ candidate: { retracts, row } }) => retracts.map((each) => [each, row] as const)),
  )
  const done = await retract(tx, [...identifiers.keys()], asOf)
  for (const each of await endListingsByKey(tx, [...identifiers.keys()], asOf)) done.add(each)
  return [...done].flatMap((each) => identifiers.get(each) ?? [])
}

/** Returns the message of a violated constraint, or of a limit of the database; undefined for any other error. */
function constraintReason(error: unknown): string | undefined {
  const failure = databaseErrorOf(error)
  if (!failure) return undefined
  if (isTooLarge(failure)) return 'A text of the record is too long for the database: shorten it.'
  return isBrokenRule(failure) ? `The database rejects the record: ${failure.message.replace(/\.?$/, '.')}` : undefined
}
