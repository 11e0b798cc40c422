// The types of Pothos that the helpers use. Pothos's option types are too complex to pass between functions: a helper has a typed
// signature of its own, and passes its options on as `untyped`.
import type { FieldRef } from '@pothos/core'
import { type PrismaModelTypes, queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { builder, SchemaTypes } from '../builder.ts'

/** The types of the schema builder. */
export type BuilderTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>

/** A type of the schema, of any shape. */
export type TypeRef = Parameters<typeof builder.configStore.getTypeConfig>[0]

/** A field of any type. */
export type PothosField = FieldRef<BuilderTypes, unknown>

/** The field builders of Query, of input types and of object types. */
export type QueryFields = PothosSchemaTypes.QueryFieldBuilder<BuilderTypes, object>

export type InputFields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>

export type ObjectFields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Shape>

/** The methods of the field builder of a Prisma model that the helpers use. */
export type ModelFields<M extends PrismaModelTypes, S extends object> = Pick<
  PothosSchemaTypes.PrismaObjectFieldBuilder<BuilderTypes, M, S>,
  'connection' | 'expose' | 'field' | 'model' | 'relation'
>

/** The method that declares arguments. */
export interface ArgBuilder {
  arg(options: object): unknown
}

/** Returns options or types as the type `never`, which is assignable to every parameter of Pothos. */
export const untyped = (value: unknown): never => value as never

interface PrismaQueryOptions {
  context: object
  info: GraphQLResolveInfo
  /** Columns to read in addition to the selected fields. */
  select?: object
  typeName: string
  /** The paths of fields from the resolved field to the records. */
  paths: string[][]
}

/** Returns the Prisma query for the fields that the document selects of the records at the paths. */
export const prismaQueryFor = (options: PrismaQueryOptions): object => queryFromInfo(untyped(options)) as object
