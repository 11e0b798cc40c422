import { getDatamodel } from '../db/generated/pothos.ts'

/** One field of the Prisma model, as its generator wrote it down. */
export interface ModelField {
  name: string
  kind: string
  type: string
  isList: boolean
  isRequired: boolean
  documentation?: string
}

const models: Record<string, { fields: readonly ModelField[] }> = getDatamodel().datamodel.models

/** Throws where the model has no such field: a mistake in a declaration, found when the schema is built. */
export function fieldOf(model: string, name: string): ModelField {
  const field = models[model]?.fields.find((candidate) => candidate.name === name)
  if (!field) throw new Error(`The Prisma model ${model} has no field ${name}.`)
  return field
}
