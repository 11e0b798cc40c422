// What an erasure deletes. A preview reads it, and leaves it out of what it shows; an erasure has deleted it.
import type { Transaction } from '../rows.ts'

export interface ErasedRows {
  /** The number of rows by table; of "Change": of entries of the log that lose their content. */
  readonly counts: readonly { readonly table: string; readonly count: number }[]
  /** Whether a row that is still in the database would be deleted. */
  isGone(table: string, key: string): boolean
  /** Whether an actor with this id, of an entry of the log that is still there, would be erased. */
  isErased(id: string): boolean
  /** Whether a part of a record in the log, or a row of a merge, that is still there would be deleted. */
  isAbout(part: unknown): boolean
  /** Whether an answer that is still stored would be deleted. */
  isAnswer(answer: unknown): boolean
}

/** Deletes a person with all rows that belong to the person. */
export async function eraseRows(
  tx: Transaction,
  { id, reason, hashes }: { id: string; reason: string; hashes: readonly string[] },
): Promise<ErasedRows> {
  const rows = await tx.$queryRaw<{ table: string; count: bigint }[]>`
    SELECT "table", "count" FROM erase_person(${id}::uuid, ${reason}, ${hashes}::text[])`
  return {
    counts: rows.map(({ table, count }) => ({ table, count: Number(count) })),
    isGone: () => false,
    isErased: () => false,
    isAbout: () => false,
    isAnswer: () => false,
  }
}

/** Reads which rows `eraseRows` would delete, without a lock. */
export async function previewRows(tx: Transaction, id: string): Promise<ErasedRows> {
  const rows = await tx.$queryRaw<{ table: string; key: string }[]>`
    SELECT DISTINCT "table", "key" FROM rows_to_erase('Actor', ARRAY[${id}::uuid])
    UNION ALL SELECT 'Merge', m.id::text FROM "Merge" m
    WHERE EXISTS (SELECT FROM "Actor" a WHERE a.id IN (m."mergedId", m."survivorId") AND ${id}::uuid IN (a.id, a."mergedIntoId"))`
  const people = rows.flatMap(({ table, key }) => (table === 'Actor' ? [key] : []))
  const [log] = await tx.$queryRaw<{ ids: string[]; emptied: bigint }[]>`
    SELECT p.ids, (SELECT count(*) FROM "Change" WHERE type = 'ACTOR' AND "entityId" = ANY (${people}::uuid[])) AS emptied
    FROM parts_in_log(${people}::uuid[]) p`
  const gone = new Set(rows.map(({ table, key }) => `${table} ${key}`))
  const ids = new Set(log?.ids)
  return {
    counts: countsOf(rows, Number(log?.emptied)),
    isGone: (table, key) => gone.has(`${table} ${key}`),
    isErased: (each) => people.includes(each),
    isAbout: (part) => refersTo(part, ids),
    isAnswer: (answer) => people.some((each) => JSON.stringify(answer)?.includes(each)),
  }
}

function countsOf(rows: readonly { table: string }[], emptied: number): { table: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { table } of rows)
    if (table !== 'Merge' && !table.endsWith('Version')) counts.set(table, (counts.get(table) ?? 0) + 1)
  const tables = [...counts]
    .map(([table, count]) => ({ table, count }))
    .toSorted((a, b) => (a.table < b.table ? -1 : 1))
  return emptied > 0 ? [...tables, { table: 'Change', count: emptied }] : tables
}

/** Like `refers_to` in the database. */
function refersTo(part: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof part !== 'object' || part === null) return false
  const { before, after } = part as Record<string, unknown>
  return [part, before, after].some(
    (version) =>
      typeof version === 'object' && version !== null && Object.values(version).some((value) => ids.has(value)),
  )
}
