import { dateline } from './dateline/dateline.ts'
import { euJournal } from './eu-journal/eu-journal.ts'
import type { Format } from './format.ts'
import { ftm } from './ftm/ftm.ts'
import { gdelt } from './gdelt/gdelt.ts'
import { ofac } from './ofac/ofac.ts'
import { opensanctionsCsv } from './opensanctions/csv.ts'
import { un } from './un/un.ts'

/** All formats, by their names. */
export const formats: ReadonlyMap<string, Format> = new Map(
  [dateline, ofac, euJournal, un, gdelt, ftm, opensanctionsCsv].map((format) => [format.name, format]),
)
