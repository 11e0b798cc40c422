import { z } from 'zod'
import { type GlobalId, readId } from '../domain/id.ts'
import { Invalid, type Issue } from '../domain/mutation-error.ts'
import type { Transaction } from './rows.ts'
import type { References } from './rules/field.ts'

/** An id in what was given, not yet looked up. */
class RecordReference implements GlobalId {
  /** Tells it from an id that is not to be looked up. */
  readonly wanted = true
  readonly type: string
  readonly id: string

  constructor({ type, id }: GlobalId) {
    this.type = type
    this.id = id
  }
}

/** What was given once its references were looked up: with the ids of rows in their place. */
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
      const given = readId(text)
      if (types.includes(given.type)) return given
      context.addIssue({
        code: 'custom',
        message: `is an id of type ${given.type}: pass an id of type ${types.join(' or ')}`,
      })
    } catch {
      context.addIssue({ code: 'custom', message: 'is not a valid id: pass an id that a query returned' })
    }
    return z.NEVER
  })

/** The id of what is to be written to, which need not be there: that is told in another way. */
export const idOf = (...types: string[]) => globalId(types)

/** Refers to a record of one of these types, which has to be there. */
export const to = (...types: string[]): z.ZodType<RecordReference> =>
  globalId(types).transform((given) => new RecordReference(given))

export const actorTypes = ['Person', 'Country', 'Organization', 'Group', 'Asset']

/** Records refer to each other by their ids. */
export const byId: References<RecordReference> = {
  actor: to(...actorTypes),
  country: to('Country'),
  event: to('Event'),
  sanction: to('Sanction'),
  source: to('Source'),
}

/**
 * What was given, by its rules, with all that it refers to looked up: what was merged leads to its survivor. Until the
 * transaction ends nothing that is referred to can be merged or retracted. Throws `Invalid` with all that is wrong.
 */
export async function read<T>(tx: Transaction, rules: z.ZodType<T>, given: unknown): Promise<WithIds<T>> {
  const [one] = await readAll(tx, rules, [given])
  if (one instanceof Invalid) throw one
  return one as WithIds<T>
}

/** Reads many at once, each with what is wrong with it in place of it. */
export async function readAll<T>(
  tx: Transaction,
  rules: z.ZodType<T>,
  given: readonly unknown[],
): Promise<(WithIds<T> | Invalid)[]> {
  const parsed = given.map((one) => {
    const { data, error } = rules.safeParse(one, { error: emptied })
    return error ? new Invalid(error.issues.map(inWords)) : { data, references: [...referencesIn(data, [])] }
  })
  const all = parsed.flatMap((one) => (one instanceof Invalid ? [] : one.references))
  const rows = await lookUp(
    tx,
    all.map(({ reference }) => reference),
  )
  return parsed.map((one) => {
    if (one instanceof Invalid) return one
    const issues = one.references.flatMap(({ path, reference }) => {
      const mistake = mistakeIn(reference, rows)
      return mistake ? [{ path, message: mistake }] : []
    })
    return issues.length > 0 ? new Invalid(issues) : (replaced(one.data, rows) as WithIds<T>)
  })
}

const emptied = ({ input }: { input?: unknown }) =>
  input === null ? 'cannot be null: pass a value, or omit it' : undefined

const inWords = ({ path, message }: z.core.$ZodIssue): Issue => ({ path: path.map(String), message: `${message}.` })

function* referencesIn(value: unknown, path: string[]): Generator<{ path: string[]; reference: RecordReference }> {
  if (value instanceof RecordReference) yield { path, reference: value }
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) yield* referencesIn(part, [...path, key])
}

function replaced(value: unknown, rows: ReferencedRows): unknown {
  if (value instanceof RecordReference) return rows.get(value.id)?.survivorId ?? value.id
  if (Array.isArray(value)) return value.map((part) => replaced(part, rows))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part, rows)]))
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

/** How the rows of each table tell their type, and what became of them. */
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

/** The rows that are referred to and those that they were merged into, locked against both. */
async function lookUp(tx: Transaction, references: readonly GlobalId[]): Promise<ReferencedRows> {
  const rows: ReferencedRows = new Map()
  for (const [table, { type, survivor, retracted }] of Object.entries(tables)) {
    let wanted = references.flatMap((each) => (tableOf(each.type) === table ? [each.id] : []))
    while (wanted.length > 0) {
      const found = await tx.$queryRawUnsafe<ReferencedRow[]>(
        `SELECT id::text AS id, ${type} AS type, (${survivor})::text AS "survivorId", ${retracted} AS retracted
         FROM "${table}" WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE`,
        [...new Set(wanted)],
      )
      for (const row of found) rows.set(row.id, row)
      wanted = found.map(({ survivorId }) => survivorId).filter((id) => !rows.has(id))
    }
  }
  return rows
}
