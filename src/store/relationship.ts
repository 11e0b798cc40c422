import type { RelationshipKind } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { type CitationWrite, citationWrites, saveCitations } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import type { FindId } from './find-id.ts'
import { saveIdentifiers } from './identifier.ts'
import { recordChanged, type Saved, saveRows, type Transaction } from './rows.ts'
import type { RelationshipInput } from './rules/relationship.ts'

export interface RelationshipWrite {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  readonly subjectId: string
  readonly kind: RelationshipKind
  readonly objectId: string
  readonly title?: string | null
  readonly start?: FuzzyDate | null
  readonly end?: FuzzyDate | null
  readonly citations?: readonly CitationWrite[]
}

/** Replaces the references of a relationship by ids. */
export function relationshipWrite(
  input: RelationshipInput,
  findId: FindId,
): Omit<RelationshipWrite, 'id' | 'identifiers'> {
  const { subject, object, citations, ...rest } = input
  return {
    ...rest,
    subjectId: findId('actor', subject),
    objectId: findId('actor', object),
    citations: citationWrites(citations, findId),
  }
}

export const relationshipTable = {
  name: 'Relationship',
  id: 'id',
  columns: ['subjectId', 'objectId', 'kind', 'title', ...dateColumnNames('start'), ...dateColumnNames('end')],
}

/** Inserts or updates relationships with their identifiers and citations. */
export async function saveRelationships(tx: Transaction, relationships: readonly RelationshipWrite[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    relationshipTable,
    relationships.map(({ identifiers, citations, start, end, ...columns }) => ({
      ...columns,
      ...dateColumns('start', start),
      ...dateColumns('end', end),
    })),
  )
  recordChanged(saved, await saveIdentifiers(tx, 'relationship', relationships))
  const cited = new Map(relationships.map(({ id, citations }) => [id, citations]))
  recordChanged(saved, await saveCitations(tx, 'relationshipId', cited))
  return saved
}
