import { v7 } from 'uuid'
import type { Subject } from '../../domain/identifier.ts'
import type { DatelineRecord } from '../formats/dateline/record.ts'
import { type GoodLine, keyOf, type Listing } from '../formats/line.ts'
import { subjectOf } from './write-model.ts'

/** A record on its way in, with the id that its row will have unless it is there already. */
export interface Candidate {
  /** Which row it is of, counted over all files of the input. */
  readonly row: number
  /** Place of that row in its file. */
  readonly number: number
  readonly file?: string | undefined
  readonly key: string | null
  readonly id: string
  /** Null where a row has nothing but listings, mentions or withdrawals. */
  readonly record: DatelineRecord | null
  /** Whether it is what the row is about; others are made where they are missing, and left alone where they are not. */
  readonly own: boolean
  readonly listings: readonly Listing[]
  readonly mentions: NonNullable<GoodLine['mentions']>
  readonly retracts: readonly string[]
  /** What it refers to and was not found when last looked for. */
  readonly missing?: MissingReference
}

export interface MissingReference {
  readonly subject: Subject
  readonly reference: string
}

/** The records of a row, what it needs first; ids follow the input's order. */
export function candidatesOf(line: GoodLine, row: number): Candidate[] {
  const { number, file, record = null, companions = [], listings = [], mentions = [], retracts = [] } = line
  const bare = { row, number, file, listings: [], mentions: [], retracts: [] }
  return [
    ...companions.map((each) => ({ ...bare, key: each.identifiers[0] ?? null, id: v7(), record: each, own: false })),
    { row, number, file, key: keyOf(line), id: v7(), record, own: true, listings, mentions, retracts },
  ]
}

/** How lookups name what bears an identifier. */
export const nameOf = (subject: Subject, identifier: string): string => `${subject} ${identifier}`

export const namesOf = (record: DatelineRecord): string[] =>
  record.identifiers.map((identifier) => nameOf(subjectOf[record.record], identifier))
