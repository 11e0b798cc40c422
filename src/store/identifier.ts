import { v7 } from 'uuid'
import type { ActorKind } from '../db/generated/prisma/enums.ts'
import { isUuid } from '../domain/id.ts'
import type { Identifier, Subject } from '../domain/identifier.ts'
import { saveChildren, type Transaction } from './rows.ts'

/** A row that an identifier leads to. */
export interface IdentifiedRow {
  readonly id: string
  /** Where references to it lead: itself, unless it was merged into another. */
  readonly survivorId: string
  /** True once an editor has retracted or merged it. */
  readonly closed: boolean
  /** What kind of actor the survivor is; null for other subjects. */
  readonly kind: ActorKind | null
}

/** The scheme by which a record without identifiers is written down: its own id. */
export const ownScheme = 'DATELINE_ID'

const tables = {
  actor: { name: 'Actor', merges: true },
  event: { name: 'Event', merges: true },
  relationship: { name: 'Relationship', merges: false },
  sanction: { name: 'Sanction', merges: false },
  source: { name: 'Source', merges: false },
} as const

/** Finds what bears the given identifiers, written "SCHEME:value", in one statement. */
export async function findByIdentifier(
  tx: Transaction,
  subject: Subject,
  written: readonly string[],
): Promise<Map<string, IdentifiedRow>> {
  if (written.length === 0) return new Map()
  const { name, merges } = tables[subject]
  const column = `"${subject}Id"`
  const found = await tx.$queryRawUnsafe<(IdentifiedRow & { written: string })[]>(
    `SELECT i.written, t.id::text AS id,
       ${merges ? 'coalesce(t."mergedIntoId", t.id)' : 't.id'}::text AS "survivorId",
       ${subject === 'relationship' ? 'false' : `t."retractedAt" IS NOT NULL${merges ? ' OR t."mergedIntoId" IS NOT NULL' : ''}`} AS closed,
       ${subject === 'actor' ? 'coalesce(s.kind, t.kind)::text' : 'NULL'} AS kind
     FROM (
       SELECT i.scheme || ':' || i.value AS written, i.${column} AS id FROM unnest($1::text[]) k
       JOIN "Identifier" i ON i.${column} IS NOT NULL AND i.scheme = split_part(k, ':', 1) AND i.value = substr(k, strpos(k, ':') + 1)
       UNION SELECT k, substr(k, strpos(k, ':') + 1)::uuid FROM unnest($2::text[]) k
     ) i
     JOIN "${name}" t ON t.id = i.id
     ${subject === 'actor' ? 'LEFT JOIN "Actor" s ON s.id = t."mergedIntoId"' : ''}`,
    written,
    written.filter((each) => each.startsWith(`${ownScheme}:`) && isUuid(each.slice(ownScheme.length + 1))),
  )
  return new Map(found.map(({ written, ...known }) => [written, known]))
}

/** Adds the identifiers that are missing, and tells to whom. */
export function saveIdentifiers(
  tx: Transaction,
  subject: Subject,
  bearers: readonly { readonly id: string; readonly identifiers?: readonly Identifier[] }[],
): Promise<Set<string>> {
  const parent = `${subject}Id`
  const rows = bearers.flatMap(({ id, identifiers = [] }) =>
    identifiers.flatMap(({ scheme, value }) =>
      scheme === ownScheme && value === id ? [] : [{ id: v7(), [parent]: id, scheme, value }],
    ),
  )
  const table = {
    name: 'Identifier',
    parent,
    key: ['scheme', 'value'],
    rest: [],
    hasId: true,
    rules: 'listed',
  } as const
  return saveChildren(
    tx,
    table,
    bearers.map(({ id }) => id),
    rows,
  )
}
