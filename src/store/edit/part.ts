// Makes the mutations that add, change and remove the parts of records, such as participants.
import { v7 } from 'uuid'
import { z } from 'zod'
import { type GlobalId, writeId } from '../../domain/id.ts'
import { type CitationSubject, citationWrites, saveCitations } from '../citation.ts'
import { alreadyAnId } from '../find-id.ts'
import { deletePart, openOwner, openOwnerOf, type PartTable } from '../part.ts'
import { byId, read, type WithIds } from '../read-input.ts'
import { type OpenRecord, recordNotFound } from '../record.ts'
import { type ColumnValues, saveRows, type Transaction } from '../rows.ts'
import { citations, type FieldValues } from '../rules/field.ts'
import { expectedVersion, patchOf, target } from './input.ts'

/** The ids of the records and parts in a mutation's answer, by the names of the answer's fields. */
type AnswerIds = Record<string, string>

/** The work of a mutation: validates the input, writes, and returns the ids for the answer. */
export type Edit = (tx: Transaction, input: unknown) => Promise<AnswerIds>

interface PartRules<Fields extends z.ZodRawShape> {
  table: PartTable
  /** The name of the answer's field with the part. */
  name: string
  /** The type in the part's global ids. */
  type: string
  /** The input field that names the owner of a new part, its rule, and the foreign key column for an owner's id. */
  owner: { field: string; id: z.ZodType<GlobalId>; column: (id: GlobalId) => string }
  fields: Fields
  row(values: Partial<WithIds<FieldValues<Fields>>>): ColumnValues
  /** The column of citations that refers to the part. Default: the part cannot have citations. */
  cited?: CitationSubject
}

/** Makes the three mutations of one type of part. */
export function editsOf<Fields extends z.ZodRawShape>(
  rules: PartRules<Fields>,
): Record<'add' | 'update' | 'remove', Edit> {
  const { table, name, type, owner, fields, row, cited } = rules
  const citationsField = cited ? { citations: citations(byId).optional() } : {}
  const addRules = z.strictObject({ ...fields, ...citationsField, [owner.field]: owner.id, expectedVersion })
  const updateRules = patchOf(fields, type)
  const removeRules = z.strictObject(target(type))

  return {
    add: async (tx, input) => {
      const { expectedVersion, citations, ...values } = (await read(tx, addRules, input)) as AddInput
      const { [owner.field]: ownerId, ...rest } = values as Record<string, GlobalId>
      if (!ownerId) throw new Error(`${name} has no field ${owner.field} that names its owner.`)
      const part = { ...row(rest as never), id: v7(), [owner.column(ownerId)]: ownerId.id }
      const record = await openOwner(tx, table, part, expectedVersion, owner.field)
      if (record.id === ownerId.id && record.type !== ownerId.type) throw recordNotFound()
      await saveRows(tx, table, [part])
      if (cited) await saveCitations(tx, cited, new Map([[part.id, citationWrites(citations, alreadyAnId)]]))
      return { [name]: part.id, ...idsOf(record) }
    },
    update: async (tx, input) => {
      const { id, expectedVersion, ...patch } = (await read(tx, updateRules, input)) as UpdateInput
      if (!id) throw new Error(`The input has no id of the ${name} to change.`)
      const record = await openOwnerOf(tx, table, id.id, expectedVersion)
      await saveRows(tx, table, [{ ...row(patch as never), id: id.id }])
      return { [name]: id.id, ...idsOf(record) }
    },
    remove: async (tx, input) => {
      const { id, expectedVersion } = await read(tx, removeRules, input)
      const record = await openOwnerOf(tx, table, id.id, expectedVersion)
      await deletePart(tx, table, id.id)
      return idsOf(record)
    },
  }
}

interface AddInput {
  expectedVersion?: number | null
  citations?: Parameters<typeof citationWrites>[0]
}

interface UpdateInput {
  id?: GlobalId
  expectedVersion?: number | null
}

/** Returns the id of the changed record twice: under the name of its type, and as `record`. */
const idsOf = ({ tracked, type, id }: OpenRecord): AnswerIds => ({
  [tracked.toLowerCase()]: id,
  record: writeId(type, id),
})
