import { slugOf } from '../../../domain/name.ts'
import { ukNumber } from '../../../domain/register.ts'
import type { RecordOf } from '../dateline/record.ts'
import { experimental } from '../experimental.ts'
import type { Format } from '../format.ts'
import { groundOf } from '../ground.ts'
import { imoNumbers } from '../imo.ts'
import type { Line, Listing } from '../line.ts'
import { nationalOf } from '../national-of.ts'
import { personFields } from '../person.ts'
import { twinsOf, unIdentifierOn } from '../register.ts'
import { countryOf } from '../un/birth.ts'
import { withoutNumbers } from '../un/name.ts'
import { textOf, type XmlElement } from '../xml.ts'
import { xmlDay, xmlEntries } from '../xml-file.ts'
import { textAt, textsAt } from './element.ts'
import { citations, measuresOf, sanctionOf, scheme, source } from './measure.ts'
import { namesOf } from './name.ts'
import { dateOf, personalOf } from './personal.ts'

/** The UK Sanctions List as XML. */
export const uk: Format = {
  name: 'uk',
  reads: 'the UK Sanctions List: UK-Sanctions-List.xml',
  experimental: experimental.uk,
  snapshot: true,
  ordered: false,
  dayOf: (input) => xmlDay(input, shape, 'dateGenerated'),
  async *lines(input) {
    for await (const designation of xmlEntries(input, shape)) yield readDesignation(designation)
  },
}

const shape = { root: 'Designations', records: ['Designation'], expected: 'the UK Sanctions List as XML' }

const kinds: ReadonlyMap<string, 'PERSON' | 'ORGANIZATION' | 'ASSET'> = new Map([
  ['Individual', 'PERSON'],
  ['Entity', 'ORGANIZATION'],
  ['Ship', 'ASSET'],
])

/** By kind: the fields that describe an actor. */
const descriptions = {
  PERSON: [
    ['Titles', 'Title'],
    ['IndividualDetails', 'Individual', 'Positions', 'Position'],
  ],
  ORGANIZATION: [['EntityDetails', 'Entity', 'TypeOfEntities', 'TypeOfEntity']],
  ASSET: [['ShipDetails', 'Ship', 'TypeOfShipDetails', 'TypeOfShip']],
} as const

function readDesignation(designation: XmlElement): Line {
  const id = textAt(designation, 'UniqueID')
  const reject = (reason: string): Line => ({ number: designation.line, key: id.slice(0, 20) || null, reason })
  if (!ukNumber.test(id))
    return reject(
      `The designation has the UniqueID "${id.slice(0, 20)}" instead of one such as "AFG0011": it is damaged.`,
    )
  const type = textAt(designation, 'IndividualEntityShip')
  const kind = kinds.get(type)
  if (!kind) return reject(`The designation is of the type "${type.slice(0, 20)}", which is not known.`)
  const isPerson = kind === 'PERSON'
  const clean = isPerson ? withoutNumbers : (text: string) => text
  const { name, names, mistakes } = namesOf(designation, clean)
  if (!name) return reject('The designation has no primary name: it is damaged.')
  const regime = textAt(designation, 'RegimeName')
  if (!regime) return reject('The designation has no RegimeName: it is damaged.')

  const identifier = `${scheme}:${id}`
  const numbers = numbersOf(designation)
  const ship = kind === 'ASSET' ? shipOf(designation) : undefined
  const identifiers = [identifier, ...numbers.identifiers, ...(ship?.identifiers ?? [])]
  const personal = isPerson ? personalOf(designation) : undefined
  const description = descriptions[kind].flatMap((path) => textsAt(designation, ...path)).map(clean)
  const measures = measuresOf(designation)
  const sanction = sanctionOf(regime, measures.words)
  const listing = listingOf(designation, identifier, sanction.identifiers[0], clean)
  const actor: RecordOf<'ACTOR'> = {
    record: 'ACTOR',
    identifiers,
    kind,
    slug: slugOf(identifier),
    name,
    description: [...new Set(description)].join('; ') || null,
    names: [...names],
    citations,
    ...(ship ? { asset: ship.asset } : {}),
    ...(personal ? personFields(personal, source.identifiers[0]) : {}),
  }
  return {
    number: designation.line,
    record: actor,
    twins: twinsOf(identifiers),
    companions: [source, sanction, ...nationalOf(identifier, personal?.nationalities ?? [], citations)],
    listings: [listing.listing],
    leftOut: [
      ...numbers.mistakes,
      ...mistakes,
      ...(ship?.mistakes ?? []),
      ...(personal?.mistakes ?? []),
      ...measures.mistakes,
      ...listing.mistakes,
    ].map((reason) => ({ key: identifier, reason })),
  }
}

/** Returns the numbers that other lists gave to the actor, as identifiers. */
function numbersOf(designation: XmlElement): { identifiers: string[]; mistakes: string[] } {
  const [group, un] = [textAt(designation, 'OFSIGroupID'), textAt(designation, 'UNReferenceNumber')]
  const unIdentifier = unIdentifierOn(scheme, un)
  const isGroup = /^\d+$/.test(group)
  return {
    identifiers: [...(isGroup ? [`OFSI_GROUP:${group}`] : []), ...(unIdentifier ? [unIdentifier] : [])],
    mistakes: [
      ...(group && !isGroup ? [`The OFSIGroupID "${group.slice(0, 20)}" is not a number, and is left out.`] : []),
      ...(un && !unIdentifier
        ? [
            `The UNReferenceNumber "${un.slice(0, 40)}" is not a reference number of the Security Council, and is left out.`,
          ]
        : []),
    ],
  }
}

/** Returns the IMO numbers of a ship, and its flag if the list states one. */
function shipOf(designation: XmlElement) {
  const texts = textsAt(designation, 'ShipDetails', 'Ship', 'IMONumbers', 'IMONumber')
  const numbers = imoNumbers(texts, 'ship')
  const flags = [
    ...new Set(textsAt(designation, 'ShipDetails', 'Ship', 'CurrentBelievedFlagOfShips', 'CurrentBelievedFlagOfShip')),
  ]
  const flag = flags.length === 1 ? countryOf(flags[0] ?? '') : undefined
  return {
    identifiers: numbers.identifiers,
    asset: { kind: 'VESSEL', ...(flag ? { flag } : {}) } as const,
    mistakes: [
      ...numbers.mistakes,
      ...(flags.length > 0 && !flag
        ? [`The flag "${flags.join(', ').slice(0, 60)}" is not that of one country, and is left out.`]
        : []),
    ],
  }
}

/** Returns the listing, with the day that the list states and the statement of reasons as its ground. */
function listingOf(
  designation: XmlElement,
  actor: string,
  sanction: string,
  clean: (text: string) => string,
): { listing: Listing; mistakes: string[] } {
  const day = textAt(designation, 'DateDesignated')
  const listed = dateOf(day)
  const { quote, mistakes } = groundOf(clean(textOf(designation, 'UKStatementofReasons')), 'statement of reasons')
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
      ...(listed ? [] : [`The day of designation "${day.slice(0, 40)}" cannot be read, and is left out.`]),
      ...mistakes,
    ],
  }
}
