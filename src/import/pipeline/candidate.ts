import { v7 } from 'uuid'
import type { Subject } from '../../domain/identifier.ts'
import { ownScheme } from '../../store/identifier.ts'
import type { DatelineRecord } from '../formats/dateline/record.ts'
import { type GoodLine, keyOf, type Listing } from '../formats/line.ts'
import { subjectOf } from './write-model.ts'

/** A record of a row that may be written. */
export interface Candidate {
  /** The number of the row in the whole input, from 1. */
  readonly row: number
  /** The number of the row in its file, from 1. */
  readonly number: number
  readonly file?: string | undefined
  readonly key: string | null
  /** The id of the stored row, or that of the record or a new id until `chooseRows` has found the stored row. */
  readonly id: string
  /** Null if the row has only listings, mentions or retractions. */
  readonly record: DatelineRecord | null
  /** Whether it is the record that the row describes. Other records (companions) are created but not changed. */
  readonly own: boolean
  readonly twins: readonly string[]
  readonly listings: readonly Listing[]
  /** Whether the row is from a list of changes. Default: from a complete snapshot. */
  readonly partial?: boolean | undefined
  readonly mentions: NonNullable<GoodLine['mentions']>
  readonly retracts: readonly string[]
  /** The first reference that could not be resolved. */
  readonly missing?: MissingReference
}

export interface MissingReference {
  readonly subject: Subject
  readonly reference: string
}

/** Returns the candidates of a row: its companions first, then its own record. New ids are in the input's order. */
export function candidatesOf(line: GoodLine, row: number): Candidate[] {
  const {
    number,
    file,
    record = null,
    companions = [],
    twins = [],
    listings = [],
    mentions = [],
    retracts = [],
    partial,
  } = line
  const bare = { row, number, file, twins: [], listings: [], mentions: [], retracts: [] }
  return [
    ...companions.map((each) => ({
      ...bare,
      key: each.identifiers[0] ?? null,
      id: each.id ?? v7(),
      record: each,
      own: false,
    })),
    {
      row,
      number,
      file,
      key: keyOf(line),
      id: record?.id ?? v7(),
      record,
      own: true,
      twins,
      listings,
      partial,
      mentions,
      retracts,
    },
  ]
}

/** Returns the key of an identifier in a `Lookup`. */
export const lookupKey = (subject: Subject, identifier: string): string => `${subject} ${identifier}`

export const lookupKeysOf = (record: DatelineRecord): string[] =>
  record.identifiers.map((identifier) => lookupKey(subjectOf[record.record], identifier))

/** Returns the identifier that contains the id of a record; undefined if it has none. */
export const ownIdentifierOf = ({ id }: DatelineRecord): string | undefined => id && `${ownScheme}:${id}`

const labels = new Set([
  'IMO',
  'IMO_COMPANY',
  'BY_UNP',
  'RU_INN',
  'RU_OGRN',
  'EU_FSF_UN',
  'UK_SANCTIONS_UN',
  'OFSI_GROUP',
])

/**
 * Returns whether an identifier is a label, which several entries of a list may have: the number of a ship or company, or the number
 * that another list gave to the actor.
 */
export const isLabel = (identifier: string): boolean => labels.has(identifier.slice(0, identifier.indexOf(':')))

/** Returns the lookup keys by which a record is recognized: without labels, unless it has nothing else. */
export function ownKeysOf(record: DatelineRecord): string[] {
  const own = record.identifiers.filter((each) => !isLabel(each))
  return own.length > 0 ? lookupKeysOf({ ...record, identifiers: own }) : lookupKeysOf(record)
}
