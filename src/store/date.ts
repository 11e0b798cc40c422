import type { FuzzyDate } from '../domain/date.ts'
import type { ColumnValues } from './rows.ts'

/** Returns the column values of a date: no columns for undefined, so that they are not changed, and nulls for null. */
export function dateColumns(name: string, date: FuzzyDate | null | undefined): ColumnValues {
  if (date === undefined) return {}
  return {
    [`${name}Earliest`]: date?.earliest ?? null,
    [`${name}Latest`]: date?.latest ?? null,
    [`${name}Precision`]: date?.precision ?? null,
    [`${name}Text`]: date?.text ?? null,
    [`${name}Basis`]: date?.basis ?? null,
  }
}

/** Returns the names of a date's columns that are written. The database computes the other columns. */
export function dateColumnNames(name: string): string[] {
  return ['Earliest', 'Latest', 'Precision', 'Text', 'Basis'].map((part) => name + part)
}
