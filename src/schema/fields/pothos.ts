// Pothos's types as helpers use them. Its own option types are too deep to hand on or to compare: a helper checks what it takes,
// and passes it on as `options`.
import type { FieldRef } from '@pothos/core'
import { type PrismaModelTypes, queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { builder, SchemaTypes } from '../builder.ts'

export type BuilderTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>

/** A type of the schema, of any shape. */
export type TypeRef = Parameters<typeof builder.configStore.getTypeConfig>[0]

/** A field of any type. */
export type PothosField = FieldRef<BuilderTypes, unknown>

export type QueryFields = PothosSchemaTypes.QueryFieldBuilder<BuilderTypes, object>

export type InputFields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>

export type ObjectFields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Shape>

/** What helpers use of the field builder over a Prisma model. */
export type ModelFields<M extends PrismaModelTypes, S extends object> = Pick<
  PothosSchemaTypes.PrismaObjectFieldBuilder<BuilderTypes, M, S>,
  'connection' | 'expose' | 'field' | 'model' | 'relation'
>

/** A builder of arguments. */
export interface ArgBuilder {
  arg(options: object): unknown
}

/** Options, or types, as Pothos wants them. */
export const untyped = (given: unknown): never => given as never

interface PrismaQueryOptions {
  context: object
  info: GraphQLResolveInfo
  /** What is read beside what is selected. */
  select?: object
  typeName: string
  /** Where the records are below the field that is resolved. */
  paths: string[][]
}

/** The Prisma query for what a document selects below the field that is being resolved. */
export const prismaQueryFor = (given: PrismaQueryOptions): object => queryFromInfo(untyped(given)) as object
