import { v7 } from 'uuid'
import type { ActorKind } from '../db/generated/prisma/enums.ts'
import { isUuid } from '../domain/id.ts'
import type { Identifier, Subject } from '../domain/identifier.ts'
import { saveChildren, type Transaction } from './rows.ts'

/** A row that has the identifier that was looked up. */
export interface IdentifiedRow {
  readonly id: string
  /** The id of the record that this one was merged into, or its own id. References to this row use it. */
  readonly survivorId: string
  /** True if an editor has retracted or merged the row. */
  readonly closed: boolean
  /** The actor kind of the survivor; null for other subjects. */
  readonly kind: ActorKind | null
}

/** The scheme of an identifier that contains the record's own id. The export uses it for records without identifiers. */
export const ownScheme = 'DATELINE_ID'

const tables = {
  actor: { name: 'Actor', merges: true },
  event: { name: 'Event', merges: true },
  relationship: { name: 'Relationship', merges: false },
  sanction: { name: 'Sanction', merges: false },
  source: { name: 'Source', merges: false },
} as const

/** Finds the rows that have these identifiers, written "SCHEME:value", in one statement. Returns them by identifier. */
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

/** Adds the identifiers that a record does not have yet. Returns the ids of the records that changed. */
export function saveIdentifiers(
  tx: Transaction,
  subject: Subject,
  records: readonly { readonly id: string; readonly identifiers?: readonly Identifier[] }[],
): Promise<Set<string>> {
  const parent = `${subject}Id`
  const rows = records.flatMap(({ id, identifiers = [] }) =>
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
    deletes: 'none',
  } as const
  return saveChildren(
    tx,
    table,
    records.map(({ id }) => id),
    rows,
  )
}
