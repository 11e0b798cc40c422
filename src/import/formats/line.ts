import type { FuzzyDate } from '../../domain/date.ts'
import type { ListSnapshot } from '../../store/import-run.ts'
import type { CitationInput } from '../../store/rules/field.ts'
import type { DatelineRecord } from './dateline/record.ts'

/** A row of an input as its format's reader understands it: its content, or the reason why it cannot be read. */
export type Line = GoodLine | BadLine

export interface GoodLine {
  /** The number of the row in its file, from 1. In text files: of the line. */
  readonly number: number
  /** The name of the file, if the input has several. */
  readonly file?: string
  /** The record that the row describes. The import creates or updates it. */
  readonly record?: DatelineRecord
  /** Records that the row refers to. The import creates those that do not exist, and does not change the others. */
  readonly companions?: readonly DatelineRecord[]
  /** Identifiers under which other inputs know the actor that the record describes. The record joins that actor. */
  readonly twins?: readonly string[]
  /** All listings of the row's actor on the lists of the row. Stored listings on these lists that are not here end. */
  readonly listings?: readonly Listing[]
  /** Sources to cite for events. */
  readonly mentions?: readonly { readonly event: string; readonly source: string }[]
  /** Identifiers of records to retract, and listing ids of listings to end. */
  readonly retracts?: readonly string[]
  /** The last complete snapshot of a list that the exporting database imported. */
  readonly snapshot?: ListSnapshot
  /** Parts of the row that cannot be imported, each with the reason. They are reported; the rest of the row is imported. */
  readonly leftOut?: readonly { readonly key: string; readonly reason: string }[]
  /** Whether the row is from a list of changes instead of a complete snapshot. */
  readonly partial?: boolean
}

/** A row that cannot be read or imported. */
export interface BadLine {
  readonly number: number
  readonly file?: string | undefined
  readonly key: string | null
  readonly reason: string
}

/** An entry of a sanctions list: an actor that is the target of a sanction. References are identifiers. */
export interface Listing {
  readonly actor: string
  readonly sanction: string
  /** The key of the entry in the list. */
  readonly listingId: string
  /** The lists that contain the entry, such as "OFAC_SDN". */
  readonly lists: readonly string[]
  /** Default of both dates: inferred from the snapshots that contain the listing and those that do not. */
  readonly listed?: FuzzyDate
  readonly delisted?: FuzzyDate
  /** What the list states as the ground of the listing. They replace those from the same sources. */
  readonly citations?: readonly CitationInput[]
}

export const isBad = (line: Line): line is BadLine => 'reason' in line

/** Returns the key that identifies the row in a report: an identifier, or a listing id. */
export function keyOf({ record, listings, mentions, retracts }: GoodLine): string | null {
  return record?.identifiers[0] ?? listings?.[0]?.listingId ?? mentions?.[0]?.event ?? retracts?.[0] ?? null
}
