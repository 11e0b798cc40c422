// Joins the records of one actor that different inputs describe: OFAC's two lists share numbers, and OpenSanctions has those of lists.
import type { NameKind } from '../../db/generated/prisma/enums.ts'
import type { ActorWrite } from '../../store/actor.ts'
import type { Patch, Transaction } from '../../store/rows.ts'
import { leadersOf } from '../formats/register.ts'
import { type Candidate, lookupKey, lookupKeysOf } from './candidate.ts'
import { type Lookup, storedRows } from './lookup.ts'
import type { ResolvedCandidate } from './resolve.ts'

/**
 * Lets the candidates that are not stored find the actors of their twins: adds their own identifiers to `known`. A candidate
 * does not join an actor of another kind, nor one that has another number of the candidate's own scheme.
 */
export async function joinTwins(tx: Transaction, candidates: readonly Candidate[], known: Lookup): Promise<void> {
  const joining = candidates.flatMap(({ record, twins }) => {
    if (record?.record !== 'ACTOR' || twins.length === 0 || storedRows(record, known).length > 0) return []
    const row = twins.flatMap(({ identifier }) => known.get(lookupKey('actor', identifier)) ?? [])[0]
    return row && row.kind === record.kind ? [{ record, row, scheme: schemeOf(record.identifiers[0]) }] : []
  })
  if (joining.length === 0) return
  const numbered = await tx.$queryRawUnsafe<{ index: number }[]>(
    `SELECT w.number::int - 1 AS index FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY w (id, scheme, number)
     WHERE EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = w.id AND i.scheme = w.scheme)`,
    joining.map(({ row }) => row.id),
    joining.map(({ scheme }) => scheme),
  )
  const others = new Set(numbered.map(({ index }) => index))
  const joined = new Set<string>()
  for (const [index, { record, row, scheme }] of joining.entries()) {
    // Two new numbers of one scheme may lead to one actor. The first one joins it.
    if (others.has(index) || joined.has(`${scheme} ${row.id}`)) continue
    joined.add(`${scheme} ${row.id}`)
    for (const key of lookupKeysOf(record)) if (!known.has(key)) known.set(key, row)
  }
}

const schemeOf = (identifier = ''): string => identifier.slice(0, identifier.indexOf(':'))

/** What is stored of an actor that a record adds to. */
interface StoredFacts {
  readonly id: string
  /** The values of its names. */
  readonly names: readonly string[]
  readonly description: string | null
  readonly hasBirth: boolean
  readonly hasDeath: boolean
  readonly hasGender: boolean
}

/**
 * Returns the candidates with what they write to the actors that they share with twins. None changes a slug, because it is made
 * from the number of one of them. Those of actors that a better record describes only add names, identifiers, citations, and
 * facts that are not known yet.
 */
export async function withinSharedActors(
  tx: Transaction,
  ready: readonly ResolvedCandidate[],
  known: Lookup,
): Promise<readonly ResolvedCandidate[]> {
  const isLed = ({ candidate: { id, twins } }: ResolvedCandidate) =>
    twins.some(({ identifier, leads }) => leads && known.get(lookupKey('actor', identifier))?.id === id)
  const isStored = ({ candidate: { id, record } }: ResolvedCandidate) =>
    record !== null && lookupKeysOf(record).some((key) => known.get(key)?.id === id)
  const hasTwin = ({ candidate: { id, twins } }: ResolvedCandidate) =>
    twins.some(({ identifier }) => known.get(lookupKey('actor', identifier))?.id === id)
  const shared = ready.map((each) => {
    if (each.candidate.twins.length === 0 || !isStored(each)) return each
    return changed(each, ({ slug: _, ...actor }) =>
      // The twin may have given the description.
      hasTwin(each) && actor.description === null ? { ...actor, description: undefined } : actor,
    )
  })
  const byOther = await ledByOtherRegisters(tx, shared.filter(isStored))
  const led = new Set(shared.filter((each) => isLed(each) || byOther.has(each.candidate.id)))
  if (led.size === 0) return shared
  const rows = await tx.$queryRawUnsafe<StoredFacts[]>(
    `SELECT a.id::text AS id, a.description, p."birthPrecision" IS NOT NULL AS "hasBirth",
       p."deathPrecision" IS NOT NULL AS "hasDeath", p.gender IS NOT NULL AS "hasGender",
       (SELECT coalesce(json_agg(n.value), '[]') FROM "ActorName" n WHERE n."actorId" = a.id) AS names
     FROM "Actor" a LEFT JOIN "Person" p ON p."actorId" = a.id WHERE a.id = ANY ($1::uuid[])`,
    [...led].map(({ candidate }) => candidate.id),
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  return shared.map((each) =>
    led.has(each) ? changed(each, (actor) => additionOf(actor, stored.get(actor.id))) : each,
  )
}

/** Returns the ids of the actors that also have a number of another register, whose list decides on the name. */
async function ledByOtherRegisters(
  tx: Transaction,
  shared: readonly ResolvedCandidate[],
): Promise<ReadonlySet<string>> {
  const followers = shared.flatMap(({ candidate: { id, record, twins } }) => {
    const leaders = record && twins.length > 0 ? leadersOf(schemeOf(record.identifiers[0])) : []
    return leaders.map((leader) => ({ id, leader }))
  })
  if (followers.length === 0) return new Set()
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT DISTINCT w.id::text AS id FROM unnest($1::uuid[], $2::text[]) w (id, scheme)
     WHERE EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = w.id AND i.scheme = w.scheme)`,
    followers.map(({ id }) => id),
    followers.map(({ leader }) => leader),
  )
  return new Set(rows.map(({ id }) => id))
}

function changed(each: ResolvedCandidate, change: (actor: Patch<ActorWrite>) => Patch<ActorWrite>): ResolvedCandidate {
  return { ...each, writes: { ...each.writes, actor: (each.writes.actor ?? []).map(change) } }
}

function additionOf(write: Patch<ActorWrite>, stored: StoredFacts | undefined): Patch<ActorWrite> {
  if (!stored) return write
  const { name, description, person = {}, country: _country, asset: _asset, names = [], ...rest } = write
  const isNew = ({ value }: { value: string }) => !stored.names.includes(value)
  const all = [...(name === undefined ? [] : [{ value: name, kind: 'ALIAS' as NameKind }]), ...names].filter(isNew)
  const { birth, death, gender } = person
  return {
    ...rest,
    ...(stored.description === null && description ? { description } : {}),
    names: [...new Map(all.map((each) => [each.value, each])).values()],
    person: {
      ...(birth && !stored.hasBirth ? { birth } : {}),
      ...(death && !stored.hasDeath ? { death } : {}),
      ...(gender && !stored.hasGender ? { gender } : {}),
    },
  }
}
