import { dateline } from './dateline.ts'
import type { Format } from './format.ts'
import { gdelt } from './gdelt.ts'
import { ofac } from './ofac.ts'

/** All formats, by their names. */
export const formats: ReadonlyMap<string, Format> = new Map(
  [dateline, ofac, gdelt].map((format) => [format.name, format]),
)
