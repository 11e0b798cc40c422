import type { RelationshipKind } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { type CitationFacts, saveCitations } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { saveIdentifiers } from './identifier.ts'
import { noteChanged, type Saved, saveRows, type Transaction } from './rows.ts'

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

const table = {
  name: 'Relationship',
  id: 'id',
  columns: ['subjectId', 'objectId', 'kind', 'title', ...dateColumnNames('start'), ...dateColumnNames('end')],
}

/** Writes relationships: new ones are made, others brought to what is given. */
export async function saveRelationships(tx: Transaction, relationships: readonly RelationshipFacts[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    table,
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
