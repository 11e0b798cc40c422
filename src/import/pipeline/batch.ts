import { saveMentions } from '../../store/citation.ts'
import { databaseErrorOf, isBrokenRule } from '../../store/database-error.ts'
import { endMissingListings, type Snapshot, saveListings } from '../../store/listing.ts'
import { endListingsByKey, retract } from '../../store/retract.ts'
import type { Transaction } from '../../store/rows.ts'
import { saveWriteModel } from '../../store/write-model.ts'
import type { Candidate } from './candidate.ts'
import { chooseRows, type RejectedCandidate } from './choose-rows.ts'
import { lookUp, lookUpUniqueKeys } from './lookup.ts'
import { type ResolvedCandidate, resolve } from './resolve.ts'
import { joinWriteModels } from './write-model.ts'

/** What became of a row; of several the one that says most. */
export type State = 'created' | 'changed' | 'retracted' | 'unchanged'

interface Outcome {
  /** By row. */
  readonly states: Map<number, State>
  /** Those that refer to what may still come. */
  readonly waiting: Candidate[]
  readonly rejected: RejectedCandidate[]
}

/** How a piece of work becomes one transaction. */
export type Transact = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>

/** Imports of one database take turns, batch by batch; any number that nothing else locks will do. */
const lock = 6_836_011_915

/** Writes a batch in one transaction; records that break a rule of the database are found by halving, and refused. */
export async function importBatch(
  transact: Transact,
  candidates: readonly Candidate[],
  snapshot: Snapshot,
  isWhole = true,
): Promise<Outcome> {
  try {
    return await transact((tx) => writeBatch(tx, candidates, snapshot, isWhole))
  } catch (error) {
    const reason = brokenRule(error)
    const [first] = candidates
    if (!reason || !first) throw error
    if (candidates.length === 1) return { states: new Map(), waiting: [], rejected: [{ candidate: first, reason }] }
    const middle = Math.ceil(candidates.length / 2)
    const one = await importBatch(transact, candidates.slice(0, middle), snapshot, false)
    const other = await importBatch(transact, candidates.slice(middle), snapshot, false)
    const states = new Map(one.states)
    for (const [row, state] of other.states) recordState(states, row, state)
    return {
      states,
      waiting: [...one.waiting, ...other.waiting],
      rejected: [...one.rejected, ...other.rejected],
    }
  }
}

const weights: Record<State, number> = { unchanged: 0, changed: 1, retracted: 2, created: 3 }

/** Notes what became of a row, unless something that says more is known already. */
export function recordState(states: Map<number, State>, row: number, state: State): void {
  const known = states.get(row)
  if (!known || weights[known] < weights[state]) states.set(row, state)
}

async function writeBatch(
  tx: Transaction,
  candidates: readonly Candidate[],
  snapshot: Snapshot,
  isWhole: boolean,
): Promise<Outcome> {
  // Unlike a request, an import waits for the one before it, however long that takes.
  await tx.$executeRaw`SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lock}::bigint)`
  const known = await lookUp(tx, candidates)
  const { chosen, rejected } = chooseRows(candidates, known, await lookUpUniqueKeys(tx, candidates))
  const { ready, waiting, rejected: others } = resolve(chosen, known, isWhole)
  rejected.push(...others)
  const saved = await saveWriteModel(tx, joinWriteModels(ready.map(({ writes }) => writes)))

  const states = new Map<number, State>()
  const out = new Set([...waiting, ...rejected.map(({ candidate }) => candidate)].map(({ id }) => id))
  for (const { row, own, id } of candidates) if (own && !out.has(id)) states.set(row, 'unchanged')
  for (const { candidate } of ready) {
    const { id, own, row } = candidate
    if (saved.created.has(id)) recordState(states, row, own ? 'created' : 'changed')
    else if (saved.changed.has(id)) recordState(states, row, 'changed')
  }
  for (const row of await writeListings(tx, ready, snapshot)) recordState(states, row, 'changed')
  for (const row of await writeMentions(tx, ready)) recordState(states, row, 'changed')
  for (const row of await writeRetractions(tx, ready, snapshot)) recordState(states, row, 'retracted')
  return { states, waiting, rejected }
}

/** Writes what lists say of the actors, and ends what they no longer say of them. */
async function writeListings(
  tx: Transaction,
  ready: readonly ResolvedCandidate[],
  snapshot: Snapshot,
): Promise<number[]> {
  const listings = ready.flatMap(({ candidate, listings }) => listings.map((writes) => ({ candidate, writes })))
  if (listings.length === 0) return []
  const writes = listings.map(({ writes }) => writes)
  const touched = await saveListings(tx, writes, snapshot)
  // A row that has an actor with its listings has all of them.
  const whole = new Map(
    listings.flatMap(({ candidate, writes }) =>
      candidate.record?.record === 'ACTOR' ? [[writes.actorId, candidate.row] as const] : [],
    ),
  )
  const lists = [...new Set(writes.flatMap(({ lists }) => lists))]
  const ended = whole.size > 0 ? await endMissingListings(tx, lists, snapshot.asOf, [...whole.keys()]) : []
  return [
    ...listings.flatMap(({ candidate }, index) => (touched.has(index) ? [candidate.row] : [])),
    ...ended.flatMap((actorId) => whole.get(actorId) ?? []),
  ]
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

/** Says which rule of the database was broken, if that is what went wrong. */
function brokenRule(error: unknown): string | undefined {
  const failure = databaseErrorOf(error)
  return failure && isBrokenRule(failure)
    ? `The database rejects the record: ${failure.message.replace(/\.?$/, '.')}`
    : undefined
}
