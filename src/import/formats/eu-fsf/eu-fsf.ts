import { slugOf } from '../../../domain/name.ts'
import type { RecordOf } from '../dateline/record.ts'
import { europeanUnion } from '../european-union.ts'
import { experimental } from '../experimental.ts'
import type { Format } from '../format.ts'
import type { Line } from '../line.ts'
import { nationalOf } from '../national-of.ts'
import { personFields } from '../person.ts'
import { twinsOf, unIdentifierOn } from '../register.ts'
import { withoutNumbers } from '../un/name.ts'
import { childrenNamed, type XmlElement } from '../xml.ts'
import { xmlDay, xmlEntries } from '../xml-file.ts'
import { birthOf, countryOf, countryWords } from './birth.ts'
import { listingsOf, regulationsOf } from './listing.ts'
import { namesOf } from './name.ts'
import { citations, scheme, source } from './program.ts'

/** The Financial Sanctions File of the European Commission, in version 1.1 of its XML schema. */
export const euFsf: Format = {
  name: 'eu-fsf',
  reads: 'the Financial Sanctions File of the European Commission, as XML of version 1.1',
  experimental: experimental['eu-fsf'],
  snapshot: true,
  ordered: false,
  dayOf: (input) => xmlDay(input, shape, 'generationDate'),
  async *lines(input) {
    for await (const entry of xmlEntries(input, shape)) yield readEntry(entry)
  },
}

const shape = {
  root: 'export',
  records: ['sanctionEntity'],
  expected: 'the Financial Sanctions File of the European Commission as XML of version 1.1',
}

const kinds: ReadonlyMap<string, 'PERSON' | 'ORGANIZATION'> = new Map([
  ['person', 'PERSON'],
  ['enterprise', 'ORGANIZATION'],
])

function readEntry(entry: XmlElement): Line {
  const { logicalId = '', euReferenceNumber = '' } = entry.attributes
  const reject = (reason: string): Line => ({ number: entry.line, key: logicalId.slice(0, 20) || null, reason })
  if (!/^\d+$/.test(logicalId))
    return reject(`The entry has the logicalId "${logicalId.slice(0, 20)}", which is not a number: it is damaged.`)
  const code = childrenNamed(entry, 'subjectType')[0]?.attributes.code ?? ''
  const kind = kinds.get(code)
  if (!kind) return reject(`The entry has the subjectType "${code.slice(0, 20)}", which is not known.`)
  const isPerson = kind === 'PERSON'
  const clean = isPerson ? withoutNumbers : (text: string) => text
  const { name, names, gender, description, mistakes } = namesOf(entry, clean)
  if (!name) return reject('The entry has no name: it is damaged.')
  const regulations = regulationsOf(entry)
  if (regulations.length === 0)
    return reject('The entry has no regulation with a number and a programme: it is damaged.')

  const identifier = `${scheme}:${logicalId}`
  const { birth, claims, mistakes: unreadDates } = isPerson ? birthOf(entry) : none
  const nationalities = isPerson ? nationalitiesOf(identifier, entry) : { relationships: [], mistakes: [] }
  const un = unReferenceOf(entry)
  const identifiers = [
    identifier,
    ...(euReferenceNumber.trim() ? [`EU_REFERENCE:${euReferenceNumber.trim()}`] : []),
    ...un.identifiers,
  ]
  const listings = listingsOf(entry, identifier, regulations, clean)
  const actor: RecordOf<'ACTOR'> = {
    record: 'ACTOR',
    identifiers,
    kind,
    slug: slugOf(identifier),
    name,
    description: description || null,
    names: [...names],
    citations,
    ...(isPerson ? personFields({ birth, gender, claims }, source.identifiers[0]) : {}),
  }
  return {
    number: entry.line,
    record: actor,
    twins: twinsOf(identifiers),
    companions: [source, europeanUnion, ...listings.companions, ...nationalities.relationships],
    listings: listings.listings,
    leftOut: [...un.mistakes, ...mistakes, ...unreadDates, ...nationalities.mistakes, ...listings.mistakes].map(
      (reason) => ({ key: identifier, reason }),
    ),
  }
}

const none: ReturnType<typeof birthOf> = { birth: undefined, claims: [], mistakes: [] }

function unReferenceOf({ attributes }: XmlElement): { identifiers: string[]; mistakes: string[] } {
  const { unitedNationId = '' } = attributes
  const identifier = unIdentifierOn(scheme, unitedNationId)
  if (identifier || !unitedNationId.trim()) return { identifiers: identifier ? [identifier] : [], mistakes: [] }
  const reason = `The unitedNationId "${unitedNationId.slice(0, 20)}" is not a reference number of the Security Council, and is left out.`
  return { identifiers: [], mistakes: [reason] }
}

function nationalitiesOf(subject: string, entry: XmlElement) {
  const all = childrenNamed(entry, 'citizenship').map((each) => ({
    country: countryOf(each),
    words: countryWords(each),
  }))
  return {
    relationships: nationalOf(
      subject,
      all.flatMap(({ country }) => country ?? []),
      citations,
    ),
    mistakes: all.flatMap(({ country, words }) =>
      country || !words ? [] : `The citizenship "${words.slice(0, 60)}" is not that of a country, and is left out.`,
    ),
  }
}
