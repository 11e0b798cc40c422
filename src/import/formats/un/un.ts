import { slugOf } from '../../../domain/name.ts'
import type { RecordOf } from '../dateline/record.ts'
import type { Format } from '../format.ts'
import { groundOf } from '../ground.ts'
import type { Line, Listing } from '../line.ts'
import { nationalOf } from '../national-of.ts'
import { personFields } from '../person.ts'
import { twinsOf, unIdentifier } from '../register.ts'
import { securityCouncil } from '../security-council.ts'
import { childrenNamed, textOf, type XmlElement } from '../xml.ts'
import { xmlDay, xmlEntries } from '../xml-file.ts'
import { birthOf, countryOf, dayOf } from './birth.ts'
import { namesOf, oneLine, withoutNumbers } from './name.ts'
import { citations, sanctionOf, scheme, source } from './program.ts'

/** The consolidated list of the United Nations Security Council as XML. */
export const un: Format = {
  name: 'un',
  reads: 'the consolidated list of the United Nations Security Council: consolidated.xml',
  snapshot: true,
  ordered: false,
  dayOf: (input) => xmlDay(input, shape, 'dateGenerated'),
  async *lines(input) {
    for await (const entry of xmlEntries(input, shape)) yield readEntry(entry)
  },
}

const shape = {
  root: 'CONSOLIDATED_LIST',
  records: ['INDIVIDUAL', 'ENTITY'],
  expected: 'the consolidated list of the Security Council as XML',
}

function readEntry(entry: XmlElement): Line {
  const reference = textOf(entry, 'REFERENCE_NUMBER')
  const identifier = unIdentifier(reference)
  const reject = (reason: string): Line => ({ number: entry.line, key: reference.slice(0, 20) || null, reason })
  if (!identifier)
    return reject(
      `The entry has the reference number "${reference.slice(0, 20)}" instead of one such as "QDi.001": it is damaged or from another list.`,
    )
  const { name, names, mistakes } = namesOf(entry)
  if (!name) return reject('The entry has no name: it is damaged.')
  const listType = oneLine(textOf(entry, 'UN_LIST_TYPE'))
  if (!listType) return reject('The entry has no UN_LIST_TYPE, which names its sanctions programme: it is damaged.')

  const isPerson = entry.name === 'INDIVIDUAL'
  const clean = isPerson ? withoutNumbers : (text: string) => text
  const { birth, claims, mistakes: unreadDates } = isPerson ? birthOf(entry) : none
  const gender = genders.get(textOf(entry, 'GENDER'))
  const nationalities = isPerson ? nationalitiesOf(identifier, entry) : { relationships: [], mistakes: [] }
  const data = dataNumberOf(entry)
  const identifiers = [identifier, ...data.identifiers]
  const sanction = sanctionOf(listType)
  const listing = listingOf(entry, identifier, sanction, clean)
  const actor: RecordOf<'ACTOR'> = {
    record: 'ACTOR',
    identifiers,
    kind: isPerson ? 'PERSON' : 'ORGANIZATION',
    slug: slugOf(identifier),
    name,
    description: clean(descriptionOf(entry)) || null,
    names: [...names],
    citations,
    ...(isPerson ? personFields({ birth, gender, claims }, source.identifiers[0]) : {}),
  }
  return {
    number: entry.line,
    record: actor,
    twins: twinsOf(identifiers),
    companions: [source, securityCouncil, sanction, ...nationalities.relationships],
    listings: [listing.listing],
    leftOut: [...data.mistakes, ...mistakes, ...unreadDates, ...nationalities.mistakes, ...listing.mistakes].map(
      (reason) => ({ key: identifier, reason }),
    ),
  }
}

const none: ReturnType<typeof birthOf> = { birth: undefined, claims: [], mistakes: [] }

const genders: ReadonlyMap<string, 'FEMALE' | 'MALE'> = new Map([
  ['Female', 'FEMALE'],
  ['Male', 'MALE'],
])

/** Returns the number of the entry in the Security Council's data as an identifier. */
function dataNumberOf(entry: XmlElement): { identifiers: string[]; mistakes: string[] } {
  const number = textOf(entry, 'DATAID')
  if (/^\d+$/.test(number)) return { identifiers: [`UN_SC_DATA:${number}`], mistakes: [] }
  return { identifiers: [], mistakes: [`The DATAID "${number.slice(0, 20)}" is not a number, and is left out.`] }
}

/** Returns the titles and functions of a person, such as "Mullah; Minister of Justice under the Taliban regime". */
const descriptionOf = (entry: XmlElement): string =>
  [...new Set([...valuesOf(entry, 'TITLE'), ...valuesOf(entry, 'DESIGNATION')])].join('; ')

const valuesOf = (entry: XmlElement, name: string): string[] =>
  childrenNamed(entry, name)
    .flatMap((each) => childrenNamed(each, 'VALUE'))
    .map(({ text }) => oneLine(text))
    .filter((text) => text !== '' && text !== 'na')

function nationalitiesOf(subject: string, entry: XmlElement) {
  const countries = [...new Set(valuesOf(entry, 'NATIONALITY'))].map((name) => ({ name, country: countryOf(name) }))
  return {
    relationships: nationalOf(
      subject,
      countries.flatMap(({ country }) => country ?? []),
      citations,
    ),
    mistakes: countries.flatMap(({ name, country }) =>
      country ? [] : `The nationality "${name}" is not that of a country, and is left out.`,
    ),
  }
}

/** Returns the listing, with the day that the list states and its comment as the ground. */
function listingOf(
  entry: XmlElement,
  actor: `UN_SC:${string}`,
  { identifiers: [sanction = ''] }: RecordOf<'SANCTION'>,
  clean: (text: string) => string,
): { listing: Listing; mistakes: string[] } {
  const day = textOf(entry, 'LISTED_ON')
  const listed = dayOf(day)
  const { quote, mistakes } = groundOf(clean(textOf(entry, 'COMMENTS1')), 'comment')
  return {
    listing: {
      actor,
      sanction,
      listingId: actor.slice(scheme.length + 1),
      lists: [scheme],
      ...(listed ? { listed } : {}),
      citations: quote ? citations.map((each) => ({ ...each, quote })) : [],
    },
    mistakes: [
      ...(listed ? [] : [`The day of listing "${day.slice(0, 40)}" cannot be read, and is left out.`]),
      ...mistakes,
    ],
  }
}
