import type { DisputedField } from '../../db/generated/prisma/enums.ts'
import { inSense } from '../../domain/date-label.ts'
import type { Transaction } from '../rows.ts'
import type { ValueColumns } from './field.ts'
import type { MergedPart } from './reference.ts'
import type { MergeReport, PartOutcome } from './report.ts'

/** What a merge would do. Values are texts for people, such as "August 1954". */
export interface MergePreview {
  readonly parts: readonly { readonly part: MergedPart; readonly outcome: PartOutcome; readonly count: number }[]
  readonly takenOver: readonly { readonly field: DisputedField; readonly value: string }[]
  readonly differing: readonly {
    readonly field: DisputedField
    readonly survivor: string | null
    readonly duplicate: string | null
  }[]
}

/** How many values of parts a preview lists at most. */
const MAX_VALUES = 100

/** Runs a merge, and takes it back at once. Returns what it did. Throws what the merge throws. */
export async function previewMerge(tx: Transaction, merge: () => Promise<MergeReport>): Promise<MergePreview> {
  await tx.$executeRaw`SAVEPOINT preview`
  const { parts, takenOver, differing } = await merge()
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT preview`
  const [taken, different] = [takenOver.slice(0, MAX_VALUES), differing.slice(0, MAX_VALUES)]
  const values = [
    ...taken.map(({ value }) => value),
    ...different.map(({ survivor }) => survivor ?? {}),
    ...different.map(({ duplicate }) => duplicate ?? {}),
  ]
  const texts = await textsOf(tx, values)
  const rest = texts.slice(taken.length)
  return {
    parts,
    takenOver: taken.map(({ field }, i) => ({ field, value: texts[i] ?? '' })),
    differing: different.map(({ field, survivor, duplicate }, i) => ({
      field,
      survivor: survivor && (rest[i] ?? ''),
      duplicate: duplicate && (rest[i + different.length] ?? ''),
    })),
  }
}

/** Returns the text of each value: of a date its label, of an actor its name. */
async function textsOf(tx: Transaction, values: readonly ValueColumns[]): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<ValueRow[]>(
    `SELECT coalesce(v.text, a.name) AS text, v."dateEarliest" AS earliest, v."dateLatest" AS latest,
       date_label(v."dateEarliest", v."dateLatest", v."datePrecision") AS label
     FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY j (value, place)
     CROSS JOIN LATERAL jsonb_populate_record(NULL::"DisputedValue", j.value) v
     LEFT JOIN "Actor" a ON a.id = v."referenceId" ORDER BY j.place`,
    JSON.stringify(values),
  )
  return rows.map(
    ({ text, label, ...ends }) => text ?? inSense({ ...ends, label: label ?? '', edtf: '' }, 'point').label,
  )
}

interface ValueRow {
  text: string | null
  earliest: Date | null
  latest: Date | null
  label: string | null
}
