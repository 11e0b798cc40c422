// What belongs to a record and changes with it is added, changed and removed in one way, whatever it is.
import { v7 } from 'uuid'
import { z } from 'zod'
import { type GlobalId, writeId } from '../../domain/id.ts'
import { type CitationSubject, citationWrites, saveCitations } from '../citation.ts'
import { alreadyAnId } from '../find.ts'
import { deletePart, openOwner, openOwnerOf, type PartTable } from '../part.ts'
import { byId, read, type WithIds } from '../read-input.ts'
import { nowhere, type OpenRecord } from '../record.ts'
import { type ColumnValues, saveRows, type Transaction } from '../rows.ts'
import { citations, type Given } from '../rules/field.ts'
import { expectedVersion, patchOf, target } from './input.ts'

/** The ids of what an answer shows, by the names of its fields. */
type Shown = Record<string, string>

/** What a mutation does: reads its input by its rules, writes, and tells what its answer shows. */
export type Edit = (tx: Transaction, input: unknown) => Promise<Shown>

interface PartRules<Fields extends z.ZodRawShape> {
  table: PartTable
  /** What answers call it. */
  name: string
  /** The type of its ids. */
  type: string
  /** What a new one is added to: the field of the input, and how it becomes a column. */
  owner: { field: string; id: z.ZodType<GlobalId>; column: (id: GlobalId) => string }
  fields: Fields
  row(given: Partial<WithIds<Given<Fields>>>): ColumnValues
  /** The column of citations that leads to it, where it can be cited. */
  cited?: CitationSubject
}

/** The mutations of one sort of part. */
export function editsOf<Fields extends z.ZodRawShape>(
  rules: PartRules<Fields>,
): Record<'add' | 'update' | 'remove', Edit> {
  const { table, name, type, owner, fields, row, cited } = rules
  const additional = cited ? { citations: citations(byId).optional() } : {}
  const added = z.strictObject({ ...fields, ...additional, [owner.field]: owner.id, expectedVersion })
  const changed = patchOf(fields, type)
  const removed = z.strictObject(target(type))

  return {
    add: async (tx, input) => {
      const { expectedVersion, citations, ...given } = (await read(tx, added, input)) as PartInput
      const { [owner.field]: of, ...rest } = given as Record<string, GlobalId>
      if (!of) throw new Error(`${name} has no field ${owner.field} that names its owner.`)
      const made = { ...row(rest as never), id: v7(), [owner.column(of)]: of.id }
      const record = await openOwner(tx, table, made, expectedVersion, owner.field)
      if (record.id === of.id && record.type !== of.type) throw nowhere()
      await saveRows(tx, table, [made])
      if (cited) await saveCitations(tx, cited, new Map([[made.id, citationWrites(citations, alreadyAnId)]]))
      return { [name]: made.id, ...shown(record) }
    },
    update: async (tx, input) => {
      const { id, expectedVersion, ...patch } = (await read(tx, changed, input)) as Addressed
      if (!id) throw new Error(`The input has no id of the ${name} to change.`)
      const record = await openOwnerOf(tx, table, id.id, expectedVersion)
      await saveRows(tx, table, [{ ...row(patch as never), id: id.id }])
      return { [name]: id.id, ...shown(record) }
    },
    remove: async (tx, input) => {
      const { id, expectedVersion } = await read(tx, removed, input)
      const record = await openOwnerOf(tx, table, id.id, expectedVersion)
      await deletePart(tx, table, id.id)
      return shown(record)
    },
  }
}

interface PartInput {
  expectedVersion?: number | null
  citations?: Parameters<typeof citationWrites>[0]
}

interface Addressed {
  id?: GlobalId
  expectedVersion?: number | null
}

/** The record that was written to, under the name of its kind, and as `record`. */
const shown = ({ tracked, type, id }: OpenRecord): Shown => ({
  [tracked.toLowerCase()]: id,
  record: writeId(type, id),
})
