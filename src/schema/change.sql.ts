// The SQL of the change log: conditions on changes, and the page of changes that the resolvers read.
import { reads } from '../db/client.ts'
import type { ChangeOperation, TrackedType } from '../db/generated/prisma/enums.ts'
import { all, type Comparison, type Condition, type RowTest } from '../query/condition.ts'
import { toSql } from '../query/condition-sql.ts'
import { NumberedNames } from '../query/numbered-names.ts'
import type { Page } from '../query/page.ts'
import { asCallerError } from '../query/statement-error.ts'
import type { TableRef } from '../query/table-ref.ts'

/** A change of a field: its value before and after, as the API writes them. */
export interface ChangedField {
  field: string
  old: unknown
  new: unknown
}

/** A change of a part of a record. */
export interface ChangedPart {
  list: string
  operation: 'ADDED' | 'REMOVED' | 'CHANGED'
  partId: string | null
  fields: ChangedField[]
}

/** A change as the API shows it. */
export interface LoggedChange {
  position: number
  type: TrackedType
  entityId: string
  operation: ChangeOperation
  version: number
  writer: string
  committedAt: Date
  cursor: string
  recordId: string
  author: string | null
  fields: ChangedField[]
  parts: ChangedPart[]
}

const columns = (
  c: string,
) => `${c}.position, ${c}.type, ${c}."entityId", ${c}.operation, ${c}.version, ${c}.writer, ${c}."committedAt",
  change_cursor(${c}) AS cursor, changed_record(${c}) AS "recordId", change_author(${c}) AS author,
  (SELECT coalesce(jsonb_agg(f), '[]') FROM changed_fields(${c}) f) AS fields,
  (SELECT coalesce(jsonb_agg(p), '[]') FROM changed_parts(${c}) p) AS parts`

type Row = Omit<LoggedChange, 'position'> & { position: bigint }

/** Reads the changes that match a condition: those of a page and one more if more follow, or with `page` undefined all. */
export async function readLog(where: Condition, page?: Page): Promise<LoggedChange[]> {
  const { names, ref, text } = matching(all(where, page?.cursorBound ?? all()))
  const order = `ORDER BY ${ref.alias}.position${page?.isBackward ? ' DESC' : ''}`
  const limit = page ? `LIMIT ${page.size + 1}` : ''
  const rows = await reads
    .$queryRawUnsafe<Row[]>(`SELECT ${columns(ref.alias)} ${text} ${order} ${limit}`, ...names.values)
    .catch(asCallerError)
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** Returns the number of changes that match a condition. */
export async function countLog(where: Condition): Promise<number> {
  const { names, text } = matching(where)
  const rows = await reads
    .$queryRawUnsafe<{ total: number }[]>(`SELECT count(*)::int AS total ${text}`, ...names.values)
    .catch(asCallerError)
  return rows[0]?.total ?? 0
}

function matching(where: Condition): { names: NumberedNames; ref: TableRef; text: string } {
  const names = new NumberedNames()
  const ref: TableRef = { model: 'Change', alias: names.alias() }
  return { names, ref, text: `FROM "Change" ${ref.alias} WHERE ${toSql(where, ref, names)}` }
}

const test = (name: string, sql: RowTest['test']['sql']) => {
  const shared = { name, sql }
  return (value: unknown): RowTest => ({ test: shared, argument: { column: name, operator: '=', value } })
}

/** The actors and sanctions that a change concerns, by ids in SQL. Written out, so that PostgreSQL can plan it with the statement. */
const concernsSql = (c: string, ids: string) => `(${c}."entityId" = ANY (${ids}) OR CASE ${c}.type
  WHEN 'EVENT' THEN ${c}."entityId" IN (SELECT "eventId" FROM "EventActor" WHERE "actorId" = ANY (${ids}))
    OR ${c}."entityId" IN (SELECT "eventId" FROM "SanctionAction" WHERE "sanctionId" = ANY (${ids}) AND "eventId" IS NOT NULL)
  WHEN 'SANCTION' THEN ${c}."entityId" IN (SELECT id FROM "Sanction" WHERE "authorityId" = ANY (${ids}))
    OR ${c}."entityId" IN (SELECT "sanctionId" FROM "SanctionTarget" WHERE "actorId" = ANY (${ids}))
  ELSE FALSE END OR ${c}.operation = 'UPDATED' AND change_takes_out(${c}, ${ids}))`

/** Matches changes of these records, of events with one of these actors or with actions on one of these sanctions, and of sanctions by or on one of these actors. */
export const concerns: (ids: readonly string[]) => RowTest = test('concerns', (c, ids) =>
  concernsSql(c, `${ids}::uuid[]`))

/** The same for the countries with these ISO 3166-1 codes. */
export const concernsCountries: (codes: readonly string[]) => RowTest = test('concernsCountries', (c, codes) =>
  concernsSql(c, `ARRAY(SELECT "actorId" FROM "Country" WHERE iso2 = ANY (${codes}) OR iso3 = ANY (${codes}))`))

/** Matches changes of one of these fields or lists. */
export const changesField: (names: readonly string[]) => RowTest = test('changesField', (c, names) =>
  `change_has_field(${c}, ${names})`)

/** Matches changes that were committed at or after a time. */
export const committedSince = (since: Date): Comparison => ({
  column: 'position',
  operator: '>',
  value: since,
  through: 'log_position_before',
})
