import type { Transaction } from './rows.ts'

const columns = { Actor: 'slug', Event: 'slug', Sanction: 'slug', Source: 'url' } as const

/** Tells which rows have the given slugs (of sources: addresses), which no two rows may share. */
export async function findTaken(
  tx: Transaction,
  table: keyof typeof columns,
  values: readonly string[],
): Promise<Map<string, string>> {
  if (values.length === 0) return new Map()
  const rows = await tx.$queryRawUnsafe<{ value: string; id: string }[]>(
    `SELECT "${columns[table]}" AS value, id::text AS id FROM "${table}" WHERE "${columns[table]}" = ANY ($1::text[])`,
    values,
  )
  return new Map(rows.map(({ value, id }) => [value, id]))
}
