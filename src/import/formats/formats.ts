import { dateline } from './dateline/dateline.ts'
import { euFsf } from './eu-fsf/eu-fsf.ts'
import { euJournal } from './eu-journal/eu-journal.ts'
import type { Format } from './format.ts'
import { ftm } from './ftm/ftm.ts'
import { gdelt } from './gdelt/gdelt.ts'
import { ofac } from './ofac/ofac.ts'
import { opensanctionsCsv } from './opensanctions/csv.ts'
import { uk } from './uk/uk.ts'
import { un } from './un/un.ts'

/** All formats, by their names. */
export const formats: ReadonlyMap<string, Format> = new Map(
  [dateline, ofac, euJournal, euFsf, uk, un, gdelt, ftm, opensanctionsCsv].map((format) => [format.name, format]),
)
