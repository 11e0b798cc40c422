import { v7 } from 'uuid'
import type { Basis } from '../db/generated/prisma/enums.ts'
import type { FindId } from './find-id.ts'
import { type ChildTable, idsOfChildren, saveChildren, type Transaction } from './rows.ts'
import type { CitationInput } from './rules/field.ts'

export interface CitationWrite {
  readonly sourceId: string
  readonly quote?: string | null
  readonly start?: number | null
  readonly end?: number | null
  readonly basis: Basis
}

/** Replaces the references to sources by the sources' ids. */
export function citationWrites(
  input: readonly CitationInput[] | undefined,
  findId: FindId,
): CitationWrite[] | undefined {
  return input?.map(({ source, ...citation }) => ({ ...citation, sourceId: findId('source', source) }))
}

/** The foreign key column of `Citation` that refers to the cited fact. */
export type CitationSubject =
  | 'actorId'
  | 'relationshipId'
  | 'eventId'
  | 'eventLinkId'
  | 'sanctionId'
  | 'sanctionActionId'
  | 'detentionId'
  | 'disputedValueId'
  | 'licenceId'
  | 'targetId'

/**
 * Replaces the citations of each subject that are from the same sources as the new ones. Citations from other sources
 * are kept. `cited` has the new citations by the subject's id. Returns the ids of the subjects that changed.
 */
export function saveCitations(
  tx: Transaction,
  subject: CitationSubject,
  cited: ReadonlyMap<string, readonly CitationWrite[] | undefined>,
): Promise<Set<string>> {
  const rows = [...cited].flatMap(([id, citations = []]) =>
    citations.map((citation) => ({ ...citation, id: v7(), [subject]: id })),
  )
  const table = {
    name: 'Citation',
    parent: subject,
    key: ['sourceId', 'start', 'end', 'quote'],
    rest: ['basis'],
    hasId: true,
    deletes: { column: 'sourceId' },
  }
  return saveChildren(tx, table, rows.length > 0 ? [...cited.keys()] : [], rows)
}

/** Adds a citation for each pair of an event and a source, if there is none. Returns the new pairs, as "eventId sourceId". */
export async function saveMentions(
  tx: Transaction,
  mentions: readonly { readonly eventId: string; readonly sourceId: string }[],
): Promise<Set<string>> {
  if (mentions.length === 0) return new Set()
  const pairs = new Map(mentions.map(({ eventId, sourceId }) => [`${eventId} ${sourceId}`, { eventId, sourceId }]))
  const rows = [...pairs.values()].map((pair) => ({ ...pair, id: v7() }))
  const added = await tx.$queryRawUnsafe<{ pair: string }[]>(
    `INSERT INTO "Citation" (id, "eventId", "sourceId", basis)
     SELECT id, "eventId", "sourceId", 'STATED' FROM jsonb_populate_recordset(NULL::"Citation", $1::jsonb) w
     WHERE NOT EXISTS (SELECT FROM "Citation" t WHERE t."eventId" = w."eventId" AND t."sourceId" = w."sourceId")
     RETURNING "eventId" || ' ' || "sourceId" AS pair`,
    JSON.stringify(rows),
  )
  return new Set(added.map(({ pair }) => pair))
}

/**
 * Saves the citations of child rows, such as links, that are already saved. `rows` have the ids that were generated for
 * them; `ownerOf` has the owner of each. Returns the ids of the owners whose citations changed.
 */
export async function saveCitationsOfChildren(
  tx: Transaction,
  subject: CitationSubject,
  table: ChildTable,
  rows: readonly { readonly id: string; readonly citations?: readonly CitationWrite[] }[],
  ownerOf: ReadonlyMap<string, string>,
): Promise<string[]> {
  const citing = rows.filter(({ citations }) => citations)
  const stored = await idsOfChildren(tx, table, citing)
  const generated = new Map([...stored].map(([id, storedId]) => [storedId, id]))
  const cited = new Map(citing.map(({ id, citations }) => [stored.get(id) ?? id, citations]))
  const touched = await saveCitations(tx, subject, cited)
  return [...touched].flatMap((id) => ownerOf.get(generated.get(id) ?? id) ?? [])
}
