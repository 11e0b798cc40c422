import { z } from 'zod'
import { type GlobalId, readId } from '../domain/id.ts'
import { Invalid, type Issue } from '../domain/mutation-error.ts'
import type { Transaction } from './rows.ts'
import { dateInput, type References } from './rules/field.ts'

/** An id in an input that `read` looks up. */
class RecordReference implements GlobalId {
  /** Makes the type different from `GlobalId`, the type of ids that are not looked up. */
  readonly isReference = true
  readonly type: string
  readonly id: string

  constructor({ type, id }: GlobalId) {
    this.type = type
    this.id = id
  }
}

/** The type of an input after its references were replaced by the ids of rows. */
export type WithIds<T> = T extends RecordReference
  ? string
  : T extends readonly (infer Item)[]
    ? WithIds<Item>[]
    : T extends object
      ? { [Key in keyof T]: WithIds<T[Key]> }
      : T

const globalId = (types: readonly string[]) =>
  z.string().transform((text, context) => {
    try {
      const id = readId(text)
      if (types.includes(id.type)) return id
      context.addIssue({
        code: 'custom',
        message: `is an id of type ${id.type}: pass an id of type ${types.join(' or ')}`,
      })
    } catch {
      context.addIssue({ code: 'custom', message: 'is not a valid id: pass an id that a query returned' })
    }
    return z.NEVER
  })

/** The rule of an id of the record to write. `read` does not look it up: `openRecord` throws `NotFound` if it is missing. */
export const idOf = (...types: string[]) => globalId(types)

/** The rule of a reference to a record of one of these types. `read` looks it up, and reports it if it does not exist. */
export const to = (...types: string[]): z.ZodType<RecordReference> =>
  globalId(types).transform((id) => new RecordReference(id))

export const actorTypes = ['Person', 'Country', 'Organization', 'Group', 'Asset']

/** The rules of references and dates in the API: references are global ids. */
export const byId: References<RecordReference> = {
  date: dateInput,
  actor: to(...actorTypes),
  country: to('Country'),
  event: to('Event'),
  sanction: to('Sanction'),
  source: to('Source'),
}

/**
 * Validates an input, and replaces its references by the ids of rows. A reference to a merged record becomes the id of
 * its survivor. Locks the referenced rows, so that they cannot be merged or retracted before the transaction ends. Throws
 * an `Invalid` with all mistakes.
 */
export async function read<T>(tx: Transaction, rules: z.ZodType<T>, input: unknown): Promise<WithIds<T>> {
  const [result] = await readAll(tx, rules, [input])
  if (result instanceof Invalid) throw result
  return result as WithIds<T>
}

/** Reads many inputs like `read`. Returns an `Invalid` in the place of an input with mistakes. */
export async function readAll<T>(
  tx: Transaction,
  rules: z.ZodType<T>,
  inputs: readonly unknown[],
): Promise<(WithIds<T> | Invalid)[]> {
  const parsed = inputs.map((input) => {
    const { data, error } = rules.safeParse(input, { error: nullMessage })
    return error ? new Invalid(error.issues.map(issueOf)) : { data, references: [...referencesIn(data, [])] }
  })
  const all = parsed.flatMap((result) => (result instanceof Invalid ? [] : result.references))
  const rows = await lookUp(
    tx,
    all.map(({ reference }) => reference),
  )
  return parsed.map((result) => {
    if (result instanceof Invalid) return result
    const issues = result.references.flatMap(({ path, reference }) => {
      const mistake = mistakeIn(reference, rows)
      return mistake ? [{ path, message: mistake }] : []
    })
    return issues.length > 0 ? new Invalid(issues) : (withIds(result.data, rows) as WithIds<T>)
  })
}

const nullMessage = ({ input }: { input?: unknown }) =>
  input === null ? 'cannot be null: pass a value, or omit it' : undefined

const issueOf = ({ path, message }: z.core.$ZodIssue): Issue => ({ path: path.map(String), message: `${message}.` })

function* referencesIn(value: unknown, path: string[]): Generator<{ path: string[]; reference: RecordReference }> {
  if (value instanceof RecordReference) yield { path, reference: value }
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) yield* referencesIn(part, [...path, key])
}

function withIds(value: unknown, rows: ReferencedRows): unknown {
  if (value instanceof RecordReference) return rows.get(value.id)?.survivorId ?? value.id
  if (Array.isArray(value)) return value.map((part) => withIds(part, rows))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withIds(part, rows)]))
}

interface ReferencedRow {
  id: string
  type: string
  survivorId: string
  retracted: boolean
}
type ReferencedRows = Map<string, ReferencedRow>

function mistakeIn({ type, id }: RecordReference, rows: ReferencedRows): string | undefined {
  const row = rows.get(id)
  const survivor = row && rows.get(row.survivorId)
  if (row?.type !== type || !survivor) return `does not exist: pass the id of an existing record of type ${type}.`
  return survivor.retracted ? `was retracted: pass the id of another record of type ${type}.` : undefined
}

/** SQL expressions of each table: a row's type, the id of its survivor, and whether it is retracted. */
const tables = {
  Actor: {
    type: 'initcap(kind::text)',
    survivor: 'coalesce("mergedIntoId", id)',
    retracted: '"retractedAt" IS NOT NULL',
  },
  Event: { type: `'Event'`, survivor: 'coalesce("mergedIntoId", id)', retracted: '"retractedAt" IS NOT NULL' },
  Sanction: { type: `'Sanction'`, survivor: 'id', retracted: '"retractedAt" IS NOT NULL' },
  Source: { type: `'Source'`, survivor: 'id', retracted: '"retractedAt" IS NOT NULL' },
  SanctionTarget: { type: `'SanctionTarget'`, survivor: 'id', retracted: 'false' },
}

const tableOf = (type: string) => (actorTypes.includes(type) ? 'Actor' : (type as keyof typeof tables))

/** Returns the referenced rows and the rows that they were merged into, by id, and locks them. */
async function lookUp(tx: Transaction, references: readonly GlobalId[]): Promise<ReferencedRows> {
  const rows: ReferencedRows = new Map()
  for (const [table, { type, survivor, retracted }] of Object.entries(tables)) {
    let ids = references.flatMap((each) => (tableOf(each.type) === table ? [each.id] : []))
    while (ids.length > 0) {
      const page = await tx.$queryRawUnsafe<ReferencedRow[]>(
        `SELECT id::text AS id, ${type} AS type, (${survivor})::text AS "survivorId", ${retracted} AS retracted
         FROM "${table}" WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE`,
        [...new Set(ids)],
      )
      for (const row of page) rows.set(row.id, row)
      ids = page.map(({ survivorId }) => survivorId).filter((id) => !rows.has(id))
    }
  }
  return rows
}
