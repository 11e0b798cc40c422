// The names that a table may use, as types: a wrong column, a date as text or a non-relation does not compile.
import type { Models } from '../builder.ts'

export type Model = keyof Models & string
type RowOf<M extends Model> = Models[M]['Shape']
/** The columns whose type is just that: text is no enumeration. */
export type ColumnOfType<M extends Model, V> = {
  [K in keyof RowOf<M>]: [V, NonNullable<RowOf<M>[K]>] extends [NonNullable<RowOf<M>[K]>, V] ? K : never
}[keyof RowOf<M>] &
  string
export type SortableColumn<M extends Model, V> = {
  [K in ColumnOfType<M, V>]: null extends RowOf<M>[K & keyof RowOf<M>] ? never : K
}[ColumnOfType<M, V>]
export type ToOneRelation<M extends Model> = Exclude<Models[M]['RelationName'], Models[M]['ListRelations']> &
  keyof Models[M]['Relations'] &
  string
export type ToManyRelation<M extends Model> = Models[M]['ListRelations'] & keyof Models[M]['Relations'] & string
export type TargetModel<M extends Model, R extends keyof Models[M]['Relations']> = Models[M]['Relations'][R] extends {
  Name: infer N extends Model
}
  ? N
  : never
