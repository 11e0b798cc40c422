import { v7 } from 'uuid'
import type { Basis } from '../db/generated/prisma/enums.ts'
import type { Find } from './find.ts'
import { type ChildTable, idsOfChildren, saveChildren, type Transaction } from './rows.ts'
import type { GivenCitation } from './rules/field.ts'

export interface CitationWrite {
  readonly sourceId: string
  readonly quote?: string | null
  readonly start?: number | null
  readonly end?: number | null
  readonly basis: Basis
}

/** What is cited, with the ids of the sources. */
export function citationWrites(given: readonly GivenCitation[] | undefined, find: Find): CitationWrite[] | undefined {
  return given?.map(({ source, ...citation }) => ({ ...citation, sourceId: find('source', source) }))
}

/** The column that says what a citation supports. */
export type CitationSubject =
  | 'actorId'
  | 'relationshipId'
  | 'eventId'
  | 'eventLinkId'
  | 'sanctionId'
  | 'sanctionActionId'
  | 'detentionId'

/** Makes what each subject cites of the sources given here that, leaves other sources' citations alone, and tells which subjects changed. */
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
    rules: { column: 'sourceId' },
  }
  return saveChildren(tx, table, rows.length > 0 ? [...cited.keys()] : [], rows)
}

/** Adds sources to the events that they tell of, and tells which pairs "event source" are new. */
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

/** Does the same for children such as links, once they are saved, and tells whose owners changed. */
export async function saveCitationsOfChildren(
  tx: Transaction,
  subject: CitationSubject,
  table: ChildTable,
  rows: readonly { readonly id: string; readonly citations?: readonly CitationWrite[] }[],
  ownerOf: ReadonlyMap<string, string>,
): Promise<string[]> {
  const citing = rows.filter(({ citations }) => citations)
  const stored = await idsOfChildren(tx, table, citing)
  const given = new Map([...stored].map(([id, storedId]) => [storedId, id]))
  const cited = new Map(citing.map(({ id, citations }) => [stored.get(id) ?? id, citations]))
  const touched = await saveCitations(tx, subject, cited)
  return [...touched].flatMap((id) => ownerOf.get(given.get(id) ?? id) ?? [])
}
