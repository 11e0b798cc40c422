import { z } from 'zod'
import { type GlobalId, readId } from '../domain/id.ts'
import { Invalid, type Issue } from '../domain/mutation-error.ts'
import type { Transaction } from './rows.ts'
import { dateInput, type References, slug } from './rules/field.ts'

/** An id or a slug in an input that `read` looks up. */
class RecordReference {
  /** Makes the type different from `GlobalId`, the type of ids that are not looked up. */
  readonly isReference = true
  /** The types that the record may have. */
  readonly types: readonly string[]
  readonly key: { id: string } | { slug: string }
  /** Whether the record is written. `openRecord` locks it, and finds out whether it was merged or retracted. */
  readonly isWritten: boolean

  constructor(types: readonly string[], key: RecordReference['key'], isWritten = false) {
    this.types = types
    this.key = key
    this.isWritten = isWritten
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

const invalidId = 'is not a valid id: pass an id that a query returned'
const invalidKey = 'is neither a valid id nor a slug: pass an id or a slug that a query returned'

/** Reads an id, or what `otherwise` makes of a text that is no id. */
const globalId = <Other = never>(
  types: readonly string[],
  invalid: string,
  otherwise?: (text: string) => Other | undefined,
) =>
  z.string().transform((text, context): GlobalId | Other => {
    try {
      const id = readId(text)
      if (types.includes(id.type)) return id
      context.addIssue({
        code: 'custom',
        message: `is an id of type ${id.type}: pass an id of type ${types.join(' or ')}`,
      })
    } catch {
      const other = otherwise?.(text)
      if (other !== undefined) return other
      context.addIssue({ code: 'custom', message: invalid })
    }
    return z.NEVER
  })

/** Reads an id or a slug. No id is a slug: the first letter of an id is a capital. */
const idOrSlug = (types: readonly string[], isWritten: boolean) =>
  globalId(types, hasSlug(types) ? invalidKey : invalidId, (text) =>
    hasSlug(types) && slug.safeParse(text).success ? new RecordReference(types, { slug: text }, isWritten) : undefined,
  )

/** The rule of an id of the record to write. `read` does not look it up: `openRecord` throws `NotFound` if it is missing. */
export const idOf = (...types: string[]) => globalId(types, invalidId)

/** The rule of an id or a slug of the record to write. `read` replaces a slug with the id, and reports it if it does not exist. */
export const recordOf = (...types: string[]): z.ZodType<GlobalId> =>
  idOrSlug(types, true) as unknown as z.ZodType<GlobalId>

/**
 * The rule of a reference to a record of one of these types: an id, or a slug if the records have slugs. `read` looks it up, and
 * reports it if it does not exist.
 */
export const to = (...types: string[]): z.ZodType<RecordReference> =>
  idOrSlug(types, false).transform((key) =>
    key instanceof RecordReference ? key : new RecordReference([key.type], { id: key.id }),
  )

export const actorTypes = ['Person', 'Country', 'Organization', 'Group', 'Asset']

/** The rules of references and dates in the API: references are global ids or slugs. */
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
  if (value instanceof RecordReference) {
    const { id = '', type = '' } = rowOf(value, rows) ?? {}
    return value.isWritten ? { type, id } : rows.get(id)?.survivorId
  }
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
/** Rows by id, and by slug: the key of a slug has the table, because an actor and an event may have the same. */
type ReferencedRows = Map<string, ReferencedRow>

const slugKey = (types: readonly string[], slug: string) => `${tableOf(types[0] ?? '')} ${slug}`

const rowOf = ({ types, key }: RecordReference, rows: ReferencedRows): ReferencedRow | undefined =>
  rows.get('id' in key ? key.id : slugKey(types, key.slug))

function mistakeIn(reference: RecordReference, rows: ReferencedRows): string | undefined {
  const { types, key, isWritten } = reference
  const row = rowOf(reference, rows)
  const type = types.join(' or ')
  if (!row || !types.includes(row.type))
    return 'id' in key
      ? `does not exist: pass the id of an existing record of type ${type}.`
      : `is not the slug of a record of type ${type}: pass the id or the slug of one.`
  if (isWritten) return undefined
  const survivor = rows.get(row.survivorId)
  if (!survivor) return `does not exist: pass the id of an existing record of type ${type}.`
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

function tableOf(type: string): keyof typeof tables {
  return actorTypes.includes(type) ? 'Actor' : (type as keyof typeof tables)
}

/** Whether the records of these types have slugs, and their slugs are unique. */
function hasSlug(types: readonly string[]): boolean {
  const [table, ...others] = new Set(types.map(tableOf))
  return others.length === 0 && ['Actor', 'Event', 'Sanction'].includes(table ?? '')
}

/** Returns the referenced rows and the rows that they were merged into, by id and slug, and locks all but those that are written. */
async function lookUp(tx: Transaction, references: readonly RecordReference[]): Promise<ReferencedRows> {
  const rows: ReferencedRows = new Map()
  for (const [table, { type, survivor, retracted }] of Object.entries(tables)) {
    const own = references.filter(({ types }) => tableOf(types[0] ?? '') === table)
    const slugs = own.flatMap(({ key }) => ('slug' in key ? [key.slug] : []))
    if (slugs.length > 0)
      for (const { slug, ...row } of await tx.$queryRawUnsafe<(ReferencedRow & { slug: string })[]>(
        `SELECT slug, id::text AS id, ${type} AS type, (${survivor})::text AS "survivorId", ${retracted} AS retracted
         FROM "${table}" WHERE slug = ANY ($1)`,
        [...new Set(slugs)],
      ))
        rows.set(`${table} ${slug}`, row)
    let ids = own.flatMap((each) => {
      const id = 'id' in each.key ? each.key.id : rowOf(each, rows)?.id
      return id === undefined || each.isWritten ? [] : [id]
    })
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
