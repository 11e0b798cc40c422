import { v7 } from 'uuid'
import type { ActorKind, AssetKind, Gender, NameKind } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { searchKey } from '../domain/name.ts'
import { type BirthClaimWrite, saveBirthClaims } from './birth-claim.ts'
import { type CitationWrite, saveCitations } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import type { DetentionWrite } from './detention.ts'
import { type DisputedValueWrite, saveDisputedValues } from './disputed-value.ts'
import { saveIdentifiers } from './identifier.ts'
import {
  type ChildTable,
  type Patch,
  recordChanged,
  type Saved,
  saveChildren,
  saveRows,
  type Transaction,
} from './rows.ts'

/** An actor to insert or update, with its parts. Parts that are undefined are not changed. */
export interface ActorWrite {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  /** Of a new actor. Default: now. */
  readonly createdAt?: string
  readonly retractedAt?: string | null
  readonly mergedIntoId?: string | null
  readonly kind: ActorKind
  readonly slug: string
  readonly name: string
  readonly description?: string | null
  readonly person?: {
    readonly birth?: FuzzyDate | null
    readonly death?: FuzzyDate | null
    readonly gender?: Gender | null
  }
  readonly country?: {
    readonly iso2?: string
    readonly iso3?: string
    readonly isoNumeric?: string | null
    readonly region?: string
    readonly subregion?: string | null
    readonly flag?: string
  }
  readonly asset?: { readonly kind?: AssetKind; readonly flagId?: string | null }
  /** Names to add. Stored names that are not in this list are kept. */
  readonly names?: readonly { readonly value: string; readonly kind: NameKind; readonly lang?: string | null }[]
  readonly citations?: readonly CitationWrite[]
  /** Statements about the person's birth to add. Stored statements that are not in this list are kept. */
  readonly births?: readonly BirthClaimWrite[]
  /** Disputed values to add. Stored ones that are not in this list are kept. */
  readonly disputedValues?: readonly DisputedValueWrite[]
  /** The complete list of the person's detentions. */
  readonly detentions?: readonly DetentionWrite[]
}

const actorTable = {
  name: 'Actor',
  id: 'id',
  columns: ['retractedAt', 'mergedIntoId', 'kind', 'slug', 'name', 'description'],
}
const personTable = {
  name: 'Person',
  id: 'actorId',
  columns: [...dateColumnNames('birth'), ...dateColumnNames('death'), 'gender'],
}
const countryTable = {
  name: 'Country',
  id: 'actorId',
  columns: ['iso2', 'iso3', 'isoNumeric', 'region', 'subregion', 'flag'],
}
const assetTable = { name: 'Asset', id: 'actorId', columns: ['kind', 'flagId'] }
export const nameTable: ChildTable = {
  name: 'ActorName',
  parent: 'actorId',
  key: ['value', 'kind', 'lang'],
  rest: ['searchKey'],
  hasId: true,
  deletes: 'none',
}

/**
 * Inserts or updates actors, with the fields of their kind, names, identifiers, births and citations. Does not write detentions:
 * `saveDetentions` does, after the events that they refer to.
 */
export async function saveActors(tx: Transaction, actors: readonly Patch<ActorWrite>[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    actorTable,
    actors.map(({ id, createdAt, retractedAt, mergedIntoId, kind, slug, name, description }) => ({
      id,
      createdAt,
      retractedAt,
      mergedIntoId,
      kind,
      slug,
      name,
      description,
    })),
  )
  await saveKindTables(tx, actors, saved)
  recordChanged(saved, await saveNames(tx, actors))
  recordChanged(saved, await saveIdentifiers(tx, 'actor', actors))
  recordChanged(saved, await saveBirthClaims(tx, actors))
  recordChanged(saved, await saveCitations(tx, 'actorId', new Map(actors.map(({ id, citations }) => [id, citations]))))
  recordChanged(saved, await saveDisputedValues(tx, 'actorId', actors))
  return saved
}

async function saveKindTables(tx: Transaction, actors: readonly Patch<ActorWrite>[], saved: Saved): Promise<void> {
  const persons = actors.flatMap(({ id, kind, person }) =>
    kind === 'PERSON'
      ? [
          {
            actorId: id,
            ...dateColumns('birth', person?.birth),
            ...dateColumns('death', person?.death),
            gender: person?.gender,
          },
        ]
      : [],
  )
  const countries = actors.flatMap(({ id, country }) => (country ? [{ actorId: id, ...country }] : []))
  const assets = actors.flatMap(({ id, asset }) => (asset ? [{ actorId: id, ...asset }] : []))
  for (const { created, changed } of [
    await saveRows(tx, personTable, persons),
    await saveRows(tx, countryTable, countries),
    await saveRows(tx, assetTable, assets),
  ])
    recordChanged(saved, [...created, ...changed])
}

/**
 * Adds the names that an actor does not have yet, including the displayed name, because search only reads this table. Lists of names are
 * in the order of the ids, so the displayed name gets the first one, and the usual names the next ones. Returns the ids of the actors
 * that changed.
 */
async function saveNames(tx: Transaction, actors: readonly Patch<ActorWrite>[]): Promise<Set<string>> {
  const shown = actors.flatMap(({ id, name, mergedIntoId }) =>
    // The names of a merged actor belong to its survivor.
    name === undefined || mergedIntoId ? [] : [{ id: v7(), actorId: id, value: name, searchKey: searchKey(name) }],
  )
  const listed = actors.flatMap(({ id, name: displayed, names = [] }) => {
    const rank = ({ value, kind }: (typeof names)[number]) => (value === displayed ? 0 : kind === 'PRIMARY' ? 1 : 2)
    const inOrder = names.toSorted((one, other) => rank(one) - rank(other))
    return inOrder.map((name) => ({ ...name, id: v7(), actorId: id, searchKey: searchKey(name.value) }))
  })
  const touched = await saveChildren(
    tx,
    nameTable,
    actors.map(({ id }) => id),
    listed,
  )
  const added = await tx.$queryRawUnsafe<{ id: string }[]>(
    `INSERT INTO "ActorName" (id, "actorId", value, kind, "searchKey")
     SELECT id, "actorId", value, 'PRIMARY', "searchKey" FROM jsonb_populate_recordset(NULL::"ActorName", $1::jsonb) w
     WHERE NOT EXISTS (SELECT FROM "ActorName" t WHERE t."actorId" = w."actorId" AND t.value = w.value)
     RETURNING "actorId"::text AS id`,
    JSON.stringify(shown),
  )
  for (const { id } of added) touched.add(id)
  return touched
}
