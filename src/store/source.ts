import type { SourceKind } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { saveIdentifiers } from './identifier.ts'
import { type Patch, recordChanged, type Saved, saveRows, type Transaction } from './rows.ts'

export interface SourceWrite {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  /** Of a new source. Default: now. */
  readonly createdAt?: string
  readonly retractedAt?: string | null
  readonly kind: SourceKind
  readonly title?: string | null
  readonly publisher?: string | null
  readonly url?: string | null
  readonly publishedOn?: FuzzyDate | null
  readonly language?: string | null
  readonly sha256?: string | null
  readonly license?: string | null
}

const table = {
  name: 'Source',
  id: 'id',
  columns: [
    'retractedAt',
    'kind',
    'title',
    'publisher',
    'url',
    ...dateColumnNames('publishedOn'),
    'language',
    'sha256',
    'license',
  ],
}

/** Inserts or updates sources with their identifiers. */
export async function saveSources(tx: Transaction, sources: readonly Patch<SourceWrite>[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    table,
    sources.map(({ identifiers, publishedOn, ...columns }) => ({
      ...columns,
      ...dateColumns('publishedOn', publishedOn),
    })),
  )
  recordChanged(saved, await saveIdentifiers(tx, 'source', sources))
  return saved
}
