import type { FuzzyDate } from '../../domain/date.ts'
import type { ListSnapshot } from '../../store/import-run.ts'
import type { DatelineRecord } from './dateline/record.ts'

/** What a format's reader makes of one row of its input: what it says, or why it says nothing. */
export type Line = GoodLine | BadLine

export interface GoodLine {
  /** Place of the row in its file, from 1: in files of lines, the line. */
  readonly number: number
  /** Name of the file, where an input has several. */
  readonly file?: string
  /** What the row is about: it is made, or brought to what is said here. */
  readonly record?: DatelineRecord
  /** What the row needs beside it: made where it is missing, and otherwise left as it is. */
  readonly companions?: readonly DatelineRecord[]
  /** All listings of the row's actor on the lists that the row is of; those that it had and are not here have ended. */
  readonly listings?: readonly Listing[]
  /** Sources that tell of an event. */
  readonly mentions?: readonly { readonly event: string; readonly source: string }[]
  /** Identifiers of what the row retracts: it is retracted, and its listings end. */
  readonly retracts?: readonly string[]
  /** A whole snapshot of a list that is in where the row comes from. */
  readonly snapshot?: ListSnapshot
  /** Whether the row is of a list of changes, and not of a snapshot. */
  readonly partial?: boolean
}

export interface BadLine {
  readonly number: number
  readonly file?: string | undefined
  readonly key: string | null
  readonly reason: string
}

/** An actor on a sanctions list. */
export interface Listing {
  readonly actor: string
  readonly sanction: string
  /** The list's own key of the entry. */
  readonly listingId: string
  /** The lists that say so, such as "OFAC_SDN". */
  readonly lists: readonly string[]
  /** Where they are left out, the days follow from the snapshots that have the listing and those that do not. */
  readonly listed?: FuzzyDate
  readonly delisted?: FuzzyDate
}

export const isBad = (line: Line): line is BadLine => 'reason' in line

/** By what a reader of a report finds the row again. */
export function keyOf({ record, listings, mentions, retracts }: GoodLine): string | null {
  return record?.identifiers[0] ?? listings?.[0]?.listingId ?? mentions?.[0]?.event ?? retracts?.[0] ?? null
}
