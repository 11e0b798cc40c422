import type { RelationshipKind } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { type CitationFacts, citationFacts, saveCitations } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import type { Find } from './find.ts'
import { saveIdentifiers } from './identifier.ts'
import { noteChanged, type Saved, saveRows, type Transaction } from './rows.ts'
import type { GivenRelationship } from './rules/relationship.ts'

export interface RelationshipFacts {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  readonly subjectId: string
  readonly kind: RelationshipKind
  readonly objectId: string
  readonly title?: string | null
  readonly start?: FuzzyDate | null
  readonly end?: FuzzyDate | null
  readonly citations?: readonly CitationFacts[]
}

/** What is given of a relationship, with ids in the place of references. */
export function relationshipFacts(given: GivenRelationship, find: Find): Omit<RelationshipFacts, 'id' | 'identifiers'> {
  const { subject, object, citations, ...rest } = given
  return {
    ...rest,
    subjectId: find('actor', subject),
    objectId: find('actor', object),
    citations: citationFacts(citations, find),
  }
}

export const relationshipTable = {
  name: 'Relationship',
  id: 'id',
  columns: ['subjectId', 'objectId', 'kind', 'title', ...dateColumnNames('start'), ...dateColumnNames('end')],
}

/** Writes relationships: new ones are made, others brought to what is given. */
export async function saveRelationships(tx: Transaction, relationships: readonly RelationshipFacts[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    relationshipTable,
    relationships.map(({ identifiers, citations, start, end, ...columns }) => ({
      ...columns,
      ...dateColumns('start', start),
      ...dateColumns('end', end),
    })),
  )
  noteChanged(saved, await saveIdentifiers(tx, 'relationship', relationships))
  const cited = new Map(relationships.map(({ id, citations }) => [id, citations]))
  noteChanged(saved, await saveCitations(tx, 'relationshipId', cited))
  return saved
}
