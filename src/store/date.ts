import type { FuzzyDate } from '../domain/date.ts'
import type { ColumnValues } from './rows.ts'

/** Spreads a date over its columns; without a date none is written, and null empties them. */
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

/** The columns of a date that can be written; the database derives the others. */
export function dateColumnNames(name: string): string[] {
  return ['Earliest', 'Latest', 'Precision', 'Text', 'Basis'].map((part) => name + part)
}
