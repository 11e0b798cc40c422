import { getDatamodel } from '../db/generated/pothos.ts'

// The fields and relations of the Prisma models.

/** A field of a Prisma model, as Pothos's generator writes it. */
export interface ModelField {
  name: string
  kind: string
  type: string
  isList: boolean
  isRequired: boolean
  isId: boolean
  relationName?: string
  /** The foreign key columns of a to-one relation. */
  relationFromFields?: readonly string[]
  documentation?: string
}

const models: Record<string, { fields: readonly ModelField[] }> = getDatamodel().datamodel.models

/** Returns a field of a model. Throws if there is no such field: the schema has a wrong declaration and cannot be built. */
export function modelField(model: string, name: string): ModelField {
  const field = models[model]?.fields.find((candidate) => candidate.name === name)
  if (!field) throw new Error(`The Prisma model ${model} has no field ${name}.`)
  return field
}

/** Returns whether a model has a field. */
export const hasModelField = (model: string, name: string): boolean =>
  models[model]?.fields.some((candidate) => candidate.name === name) ?? false

/** A relation as a join: the related model, and the columns that are equal. */
export interface RelationColumns {
  targetModel: string
  ownColumn: string
  targetColumn: string
}

/** Returns the columns that a relation joins. Every foreign key refers to a primary key of one column. */
export function relationColumns(model: string, relation: string): RelationColumns {
  const field = modelField(model, relation)
  const [ownColumn] = field.relationFromFields ?? []
  if (ownColumn) return { targetModel: field.type, ownColumn, targetColumn: primaryKeyOf(field.type) }
  const back = models[field.type]?.fields.find(
    (each) => each.relationName === field.relationName && each.relationFromFields?.length,
  )
  const [targetColumn] = back?.relationFromFields ?? []
  if (!targetColumn) throw new Error(`The relation ${model}.${relation} has no columns to join by.`)
  return { targetModel: field.type, ownColumn: primaryKeyOf(model), targetColumn }
}

/** Returns the primary key column of a model. */
export function primaryKeyOf(model: string): string {
  const key = models[model]?.fields.find((field) => field.isId)
  if (!key) throw new Error(`The Prisma model ${model} has no primary key of one column.`)
  return key.name
}
