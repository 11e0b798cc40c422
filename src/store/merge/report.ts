import type { DisputedField } from '../../db/generated/prisma/enums.ts'
import type { ValueColumns } from './field.ts'
import type { MergedPart } from './reference.ts'

/** A value that the survivor lacks. */
export interface TakenValue {
  readonly field: DisputedField
  readonly value: ValueColumns
}

/** Two values of one field. `survivor` is null if the survivor lacks the value, but its other values contradict it. */
export interface DifferingValues {
  readonly field: DisputedField
  readonly survivor: ValueColumns | null
  readonly duplicate: ValueColumns | null
}

/** What becomes of a part of the duplicate. */
export type PartOutcome = 'MOVED' | 'EQUAL' | 'BETWEEN_BOTH'

/** What a merge does. */
export class MergeReport {
  readonly takenOver: TakenValue[] = []
  readonly differing: DifferingValues[] = []
  private readonly counts = new Map<string, { part: MergedPart; outcome: PartOutcome; count: number }>()

  /** The parts of the duplicate, counted by kind and outcome. */
  get parts(): { part: MergedPart; outcome: PartOutcome; count: number }[] {
    return [...this.counts.values()]
  }

  count(part: MergedPart, outcome: PartOutcome, count: number): void {
    if (count === 0) return
    const key = `${part} ${outcome}`
    const counted = this.counts.get(key) ?? { part, outcome, count: 0 }
    counted.count += count
    this.counts.set(key, counted)
  }
}
