// Types for the columns and relations of the Prisma models. A list schema with an unknown column, a column of another type or an
// unknown relation does not compile.
import type { Models } from '../builder.ts'

/** The name of a Prisma model. */
export type Model = keyof Models & string
type RowOf<M extends Model> = Models[M]['Shape']
/** The columns of exactly this type. A column with an enum is not a column of type string. */
export type ColumnOfType<M extends Model, V> = {
  [K in keyof RowOf<M>]: [V, NonNullable<RowOf<M>[K]>] extends [NonNullable<RowOf<M>[K]>, V] ? K : never
}[keyof RowOf<M>] &
  string
/** The columns of this type that are never null. */
export type SortableColumn<M extends Model, V> = {
  [K in ColumnOfType<M, V>]: null extends RowOf<M>[K & keyof RowOf<M>] ? never : K
}[ColumnOfType<M, V>]
/** The to-one relations of a model. */
export type ToOneRelation<M extends Model> = Exclude<Models[M]['RelationName'], Models[M]['ListRelations']> &
  keyof Models[M]['Relations'] &
  string
/** The to-many relations of a model. */
export type ToManyRelation<M extends Model> = Models[M]['ListRelations'] & keyof Models[M]['Relations'] & string
/** The model that a relation leads to. */
export type TargetModel<M extends Model, R extends keyof Models[M]['Relations']> = Models[M]['Relations'][R] extends {
  Name: infer N extends Model
}
  ? N
  : never
