import type { RecordOf } from './dateline/record.ts'

type Relationship = RecordOf<'RELATIONSHIP'>

/** Returns the relationships of a person, whose identifier is `subject`, to the countries of which they are a national, each once. */
export const nationalOf = (
  subject: string,
  countries: readonly string[],
  citations: Relationship['citations'],
): Relationship[] =>
  [...new Set(countries)].map((object) => ({
    record: 'RELATIONSHIP',
    identifiers: [`${subject}/national-of/${object.slice(object.indexOf(':') + 1)}`],
    subject,
    kind: 'NATIONAL_OF',
    object,
    citations,
  }))
