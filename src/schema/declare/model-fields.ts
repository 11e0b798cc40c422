import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import type { SchemaTypes } from '../builder.ts'

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>

/** What helpers need of Pothos's field builder over a Prisma model. The whole of it is too deep a type to be compared. */
export type ModelFields<M extends PrismaModelTypes, S extends object> = Pick<
  PothosSchemaTypes.PrismaObjectFieldBuilder<Types, M, S>,
  'connection' | 'expose' | 'field' | 'model' | 'relation'
>
