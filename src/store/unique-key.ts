import type { Transaction } from './rows.ts'

const columns = { Actor: 'slug', Event: 'slug', Sanction: 'slug', Source: 'url' } as const

/** The row that has a value of a unique column. */
export interface UniqueKeyRow {
  readonly id: string
  /** The id of the record that this one was merged into, or its own id. */
  readonly survivorId: string
}

/** Finds the rows that have these slugs (of sources: URLs), and returns them by slug or URL. */
export async function findByUniqueKey(
  tx: Transaction,
  table: keyof typeof columns,
  values: readonly string[],
): Promise<Map<string, UniqueKeyRow>> {
  if (values.length === 0) return new Map()
  const survivor = table === 'Actor' || table === 'Event' ? 'coalesce("mergedIntoId", id)' : 'id'
  const rows = await tx.$queryRawUnsafe<(UniqueKeyRow & { value: string })[]>(
    `SELECT "${columns[table]}" AS value, id::text AS id, ${survivor}::text AS "survivorId" FROM "${table}" WHERE "${columns[table]}" = ANY ($1::text[])`,
    values,
  )
  return new Map(rows.map(({ value, ...row }) => [value, row]))
}
