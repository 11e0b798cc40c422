// Records the rows that a merge changes, adds and removes, so that it can be undone.
import type { TrackedType } from '../../db/generated/prisma/enums.ts'
import type { ColumnValues, Transaction } from '../rows.ts'
import { shapeOf } from './table-shape.ts'

export class MergeRecorder {
  readonly tx: Transaction
  private readonly mergeId: string

  private constructor(tx: Transaction, mergeId: string) {
    this.tx = tx
    this.mergeId = mergeId
  }

  /** Starts to record a merge. */
  static async start(
    tx: Transaction,
    merge: { id: string; type: TrackedType; mergedId: string; survivorId: string },
  ): Promise<MergeRecorder> {
    await tx.$executeRaw`
      INSERT INTO "Merge" (id, type, "mergedId", "survivorId")
      VALUES (${merge.id}::uuid, ${merge.type}::"TrackedType", ${merge.mergedId}::uuid, ${merge.survivorId}::uuid)`
    return new MergeRecorder(tx, merge.id)
  }

  /**
   * Records rows before they are changed or removed. `from` is the SQL after FROM, in which `t` is the row; its parameters start
   * at $1.
   */
  async capture(table: string, from: string, ...values: unknown[]): Promise<void> {
    const shape = await shapeOf(this.tx, table)
    await this.tx.$executeRawUnsafe(
      `INSERT INTO "MergeRow" ("mergeId", "table", key, before)
       SELECT '${this.mergeId}'::uuid, '${table}', ${shape.key('t')}, ${shape.row('t')} FROM ${from} ON CONFLICT DO NOTHING`,
      ...values,
    )
  }

  /** Records rows that do not exist yet. `keys` is a SELECT of their primary keys as \`key\`. */
  async captureNew(table: string, keys: string, ...values: unknown[]): Promise<void> {
    await this.tx.$executeRawUnsafe(
      `INSERT INTO "MergeRow" ("mergeId", "table", key)
       SELECT '${this.mergeId}'::uuid, '${table}', key FROM (${keys}) n ON CONFLICT DO NOTHING`,
      ...values,
    )
  }

  /** Inserts rows with ids, and records them. */
  async insert(table: string, columns: readonly string[], rows: readonly ColumnValues[]): Promise<void> {
    if (rows.length === 0) return
    const { key } = await shapeOf(this.tx, table)
    const list = ['id', ...columns].map((column) => `"${column}"`).join(', ')
    const json = JSON.stringify(rows)
    await this.tx.$executeRawUnsafe(
      `INSERT INTO "${table}" (${list}) SELECT ${list} FROM jsonb_populate_recordset(NULL::"${table}", $1::jsonb)`,
      json,
    )
    await this.captureNew(
      table,
      `SELECT ${key('w')} AS key FROM jsonb_populate_recordset(NULL::"${table}", $1::jsonb) w`,
      json,
    )
  }

  /**
   * Records what the rows are after the merge. Of a row that was changed, only the changed fields are kept. Rows are updated by
   * their places, because the database has no statistics of rows that were just inserted, and would compare each with each other.
   */
  async finish(): Promise<void> {
    const { tx, mergeId } = this
    const tables = await tx.$queryRaw<{ table: string }[]>`
      SELECT DISTINCT "table" FROM "MergeRow" WHERE "mergeId" = ${mergeId}::uuid`
    for (const { table } of tables) {
      const shape = await shapeOf(tx, table)
      await tx.$executeRawUnsafe(
        `UPDATE "MergeRow" m SET after = ${shape.row('t')}
         FROM "MergeRow" r CROSS JOIN LATERAL jsonb_populate_record(NULL::"${table}", r.key::jsonb) k
         JOIN "${table}" t ON ${shape.isSame('t', 'k')}
         WHERE r."mergeId" = $1::uuid AND r."table" = $2 AND m.ctid = r.ctid`,
        mergeId,
        table,
      )
    }
    await tx.$executeRaw`
      DELETE FROM "MergeRow" WHERE "mergeId" = ${mergeId}::uuid AND before IS NOT DISTINCT FROM after`
    await tx.$executeRawUnsafe(
      `UPDATE "MergeRow" m SET before = d.before, after = d.after
       FROM "MergeRow" r CROSS JOIN LATERAL (
         SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, r.after -> b.key) AS after
         FROM jsonb_each(r.before) b
         WHERE EXISTS (
           SELECT FROM jsonb_each(r.before) o
           WHERE ${fieldOf('o.key')} = ${fieldOf('b.key')} AND o.value IS DISTINCT FROM r.after -> o.key)
       ) d
       WHERE r."mergeId" = $1::uuid AND r.before IS NOT NULL AND r.after IS NOT NULL AND m.ctid = r.ctid`,
      mergeId,
    )
  }
}

/** Returns the SQL of a column's field. The columns of one field are set together, such as those of a date, or a count and its kind. */
export const fieldOf = (column: string): string =>
  `regexp_replace(${column}, '(Earliest|Latest|Precision|Text|Basis|Kind)$', '')`
