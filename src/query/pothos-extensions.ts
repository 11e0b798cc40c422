// What Pothos keeps in the extensions of fields and types. It documents none of this: tests/contracts/pothos.unit.test.ts holds
// it for the versions that it names.
import type { GraphQLField, GraphQLNamedType } from 'graphql'

interface FieldExtensions {
  pothosExposedField?: string
  pothosPrismaRelationField?: { name: string }
}

const extensionsOf = ({ extensions }: GraphQLField<unknown, unknown>) => extensions as FieldExtensions

/** The column that a field exposes as it is. */
export const exposedColumn = (field: GraphQLField<unknown, unknown>): string | undefined =>
  extensionsOf(field).pothosExposedField

/** The relation whose record a field gives. */
export const exposedRelation = (field: GraphQLField<unknown, unknown>): string | undefined =>
  extensionsOf(field).pothosPrismaRelationField?.name

/** The Prisma model of a type's records. */
export const modelOf = (type: GraphQLNamedType | undefined): string | undefined =>
  type?.extensions.pothosPrismaModel as string | undefined

/** Names the columns and relations that Pothos reads for a field, for a kind of field that has no option for it. */
export const selecting = <Select>(select: Select): { pothosPrismaSelect: Select } => ({ pothosPrismaSelect: select })
