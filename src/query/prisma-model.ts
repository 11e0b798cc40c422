import { getDatamodel } from '../db/generated/pothos.ts'

/** One field of the Prisma model, as its generator wrote it down. */
export interface ModelField {
  name: string
  kind: string
  type: string
  isList: boolean
  isRequired: boolean
  isId: boolean
  relationName?: string
  /** The columns of a to-one relation that hold the other row's id. */
  relationFromFields?: readonly string[]
  documentation?: string
}

const models: Record<string, { fields: readonly ModelField[] }> = getDatamodel().datamodel.models

/** Throws where the model has no such field: a mistake in a declaration, found when the schema is built. */
export function modelField(model: string, name: string): ModelField {
  const field = models[model]?.fields.find((candidate) => candidate.name === name)
  if (!field) throw new Error(`The Prisma model ${model} has no field ${name}.`)
  return field
}

export const hasModelField = (model: string, name: string): boolean =>
  models[model]?.fields.some((candidate) => candidate.name === name) ?? false

/** How rows of one model lead to those of another: the columns that are equal. */
export interface RelationColumns {
  targetModel: string
  ownColumn: string
  targetColumn: string
}

/** The columns that a relation joins by. Every foreign key of the model refers to a primary key of one column. */
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

/** The column of a model's primary key. */
function primaryKeyOf(model: string): string {
  const key = models[model]?.fields.find((field) => field.isId)
  if (!key) throw new Error(`The Prisma model ${model} has no primary key of one column.`)
  return key.name
}
