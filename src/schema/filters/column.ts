// The names that a table may use, as types: a wrong column, a date as text or a non-relation does not compile.
import type { Models } from '../builder.ts'

export type Model = keyof Models & string
type Shape<M extends Model> = Models[M]['Shape']
/** The columns whose type is just that: text is no enumeration. */
export type ColumnOf<M extends Model, V> = {
  [K in keyof Shape<M>]: [V, NonNullable<Shape<M>[K]>] extends [NonNullable<Shape<M>[K]>, V] ? K : never
}[keyof Shape<M>] &
  string
export type Sortable<M extends Model, V> = {
  [K in ColumnOf<M, V>]: null extends Shape<M>[K & keyof Shape<M>] ? never : K
}[ColumnOf<M, V>]
export type ToOne<M extends Model> = Exclude<Models[M]['RelationName'], Models[M]['ListRelations']> &
  keyof Models[M]['Relations'] &
  string
export type ToMany<M extends Model> = Models[M]['ListRelations'] & keyof Models[M]['Relations'] & string
export type Target<M extends Model, R extends keyof Models[M]['Relations']> = Models[M]['Relations'][R] extends {
  Name: infer N extends Model
}
  ? N
  : never
