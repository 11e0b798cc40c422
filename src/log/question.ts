import type { Change } from './read.ts'

/** What one change gave those who ask alike, as it goes out to each of them. */
export interface Item {
  position: number
  /** The result as JSON. */
  json: string
}

/** Says of each of many wishes which of the changes it wants, in their order. */
export type Choose = (changes: readonly Change[], wishes: readonly never[]) => Promise<readonly (readonly Change[])[]>

/** What readers ask of the log. */
export interface Question {
  /** The same for all who ask the same. */
  key: string
  /** Which changes, as `choose` understands it. */
  wish: unknown
  choose: Choose
  render(change: Change): Promise<Item>
}
