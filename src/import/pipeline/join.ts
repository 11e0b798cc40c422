// Joins the records of one actor that different inputs describe: they have the same number in a register.
import type { NameKind } from '../../db/generated/prisma/enums.ts'
import type { ActorWrite } from '../../store/actor.ts'
import type { Patch, Transaction } from '../../store/rows.ts'
import { isLed, isShared } from '../formats/register.ts'
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
    const twin = twins.find((each) => known.get(lookupKey('actor', each))?.kind === record.kind)
    const row = twin && known.get(lookupKey('actor', twin))
    // Only ships have the number of a ship.
    const asset = twin?.startsWith('IMO:') ? 'VESSEL' : null
    return row ? [{ record, row, asset, scheme: schemeOf(record.identifiers[0]) }] : []
  })
  if (joining.length === 0) return
  const numbered = await tx.$queryRawUnsafe<{ index: number }[]>(
    `SELECT w.number::int - 1 AS index FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY w (id, scheme, asset, number)
     WHERE EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = w.id AND i.scheme = w.scheme)
       OR EXISTS (SELECT FROM "Asset" a WHERE a."actorId" = w.id AND a.kind::text <> w.asset)`,
    joining.map(({ row }) => row.id),
    joining.map(({ scheme }) => scheme),
    joining.map(({ asset }) => asset),
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
  readonly slug: string
  readonly identifiers: readonly string[]
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
  const stored = await storedFacts(
    tx,
    ready.filter(({ candidate: { id, record, twins } }) => {
      return record !== null && twins.length > 0 && lookupKeysOf(record).some((key) => known.get(key)?.id === id)
    }),
  )
  return ready.map((each) => {
    const { id, record, twins } = each.candidate
    const facts = stored.get(id)
    if (!facts || !record || twins.length === 0) return each
    return changed(each, ({ slug: _, ...actor }) => {
      if (isLed(record.identifiers, facts)) return additionOf(actor, facts)
      // Another input may have given the description.
      const keeps = actor.description === null && isShared(record.identifiers, facts)
      return keeps ? { ...actor, description: undefined } : actor
    })
  })
}

/** Returns what is stored of the actors of candidates, by id. */
async function storedFacts(
  tx: Transaction,
  candidates: readonly ResolvedCandidate[],
): Promise<ReadonlyMap<string, StoredFacts>> {
  if (candidates.length === 0) return new Map()
  const rows = await tx.$queryRawUnsafe<StoredFacts[]>(
    `SELECT a.id::text AS id, a.slug, a.description, p."birthPrecision" IS NOT NULL AS "hasBirth",
       p."deathPrecision" IS NOT NULL AS "hasDeath", p.gender IS NOT NULL AS "hasGender",
       (SELECT coalesce(json_agg(i.scheme || ':' || i.value), '[]') FROM "Identifier" i WHERE i."actorId" = a.id) AS identifiers,
       (SELECT coalesce(json_agg(n.value), '[]') FROM "ActorName" n WHERE n."actorId" = a.id) AS names
     FROM "Actor" a LEFT JOIN "Person" p ON p."actorId" = a.id WHERE a.id = ANY ($1::uuid[])`,
    candidates.map(({ candidate }) => candidate.id),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function changed(each: ResolvedCandidate, change: (actor: Patch<ActorWrite>) => Patch<ActorWrite>): ResolvedCandidate {
  return { ...each, writes: { ...each.writes, actor: (each.writes.actor ?? []).map(change) } }
}

function additionOf(write: Patch<ActorWrite>, stored: StoredFacts): Patch<ActorWrite> {
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
