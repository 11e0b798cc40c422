import type { RelationshipKind } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { type CitationWrite, citationWrites, saveCitations } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import type { Find } from './find.ts'
import { saveIdentifiers } from './identifier.ts'
import { recordChanged, type Saved, saveRows, type Transaction } from './rows.ts'
import type { GivenRelationship } from './rules/relationship.ts'

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

/** What is given of a relationship, with ids in the place of references. */
export function relationshipWrite(given: GivenRelationship, find: Find): Omit<RelationshipWrite, 'id' | 'identifiers'> {
  const { subject, object, citations, ...rest } = given
  return {
    ...rest,
    subjectId: find('actor', subject),
    objectId: find('actor', object),
    citations: citationWrites(citations, find),
  }
}

export const relationshipTable = {
  name: 'Relationship',
  id: 'id',
  columns: ['subjectId', 'objectId', 'kind', 'title', ...dateColumnNames('start'), ...dateColumnNames('end')],
}

/** Writes relationships: new ones are made, others brought to what is given. */
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
