// The extensions that Pothos writes to fields and types. Pothos does not document them: tests/contracts/pothos.unit.test.ts checks
// them for one version of Pothos.
import type { GraphQLField, GraphQLNamedType } from 'graphql'

interface FieldExtensions {
  pothosExposedField?: string
  pothosPrismaRelationField?: { name: string }
}

const extensionsOf = ({ extensions }: GraphQLField<unknown, unknown>) => extensions as FieldExtensions

/** Returns the column that a field exposes; undefined if it exposes none. */
export const exposedColumn = (field: GraphQLField<unknown, unknown>): string | undefined =>
  extensionsOf(field).pothosExposedField

/** Returns the relation whose record a field returns; undefined if there is none. */
export const exposedRelation = (field: GraphQLField<unknown, unknown>): string | undefined =>
  extensionsOf(field).pothosPrismaRelationField?.name

/** Returns the Prisma model of a type's records; undefined if there is none. */
export const modelOf = (type: GraphQLNamedType | undefined): string | undefined =>
  type?.extensions.pothosPrismaModel as string | undefined

/** Returns the extension that makes Pothos read columns and relations for a field, for fields without a `select` option. */
export const selecting = <Select>(select: Select): { pothosPrismaSelect: Select } => ({ pothosPrismaSelect: select })
