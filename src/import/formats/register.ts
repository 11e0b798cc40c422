import { slugOf } from '../../domain/name.ts'
import { type Place, type Register, registers, unNumber } from '../../domain/register.ts'

/** The schemes of numbers in public registers of ships and companies, which all inputs write alike. */
const publicSchemes: ReadonlySet<string> = new Set(['IMO', 'IMO_COMPANY', 'BY_UNP', 'RU_INN', 'RU_OGRN'])

const schemeOf = (identifier: string): string => identifier.slice(0, identifier.indexOf(':'))

/** Returns whether an identifier is the number of a ship or company in a public register. */
const isPublicNumber = (identifier: string): boolean => publicSchemes.has(schemeOf(identifier))

/**
 * Returns the identifiers under which other inputs know an actor with these identifiers: its numbers as other schemes write them, and
 * its numbers in public registers.
 */
export function twinsOf(identifiers: readonly string[]): string[] {
  return identifiers.flatMap((identifier) =>
    isPublicNumber(identifier) ? [identifier] : registers.flatMap((register) => twinsIn(register, identifier)),
  )
}

function twinsIn({ number, places }: Register, identifier: string): string[] {
  const own = places.find(({ scheme, prefix }) => identifier.startsWith(`${scheme}:${prefix}`))
  const value = own ? readNumber(own, identifier) : ''
  if (!number.test(value)) return []
  return places.flatMap((place) => (place === own ? [] : [writeNumber(place, value)]))
}

function readNumber({ scheme, prefix, isSlug }: Place, identifier: string): string {
  const value = identifier.slice(`${scheme}:${prefix}`.length)
  return isSlug ? value.toUpperCase().replaceAll('-', '.') : value
}

const writeNumber = ({ scheme, prefix, isSlug }: Place, number: string): string =>
  `${scheme}:${prefix}${isSlug ? slugOf(number) : number}`

/** The schemes of the lists, in the order in which they decide on the name of an actor that stands on several. */
const lists = ['OFAC_SDN', 'OFAC_CONS', 'UN_SC', 'EU_FSF', 'EU_JOURNAL', 'UK_SANCTIONS', 'OPENSANCTIONS']

/** The facts of a stored actor that tell which inputs describe it. */
interface StoredActor {
  readonly slug: string
  readonly identifiers: readonly string[]
}

/** Returns whether another input decides on the name of a stored actor before a record with these identifiers, of which the first is its own. */
export function isLed([own = '', ...numbers]: readonly string[], actor: StoredActor): boolean {
  const leaders = lists.slice(0, Math.max(0, lists.indexOf(schemeOf(own))))
  if (actor.identifiers.some((each) => leaders.includes(schemeOf(each)))) return true
  // An actor that no list has made keeps its name if a public number is why the record has joined it.
  return numbers.some(isPublicNumber) && !isMadeByList(actor)
}

/** Returns whether other inputs describe a stored actor too, besides the list of a record with these identifiers. */
export const isShared = ([own = '']: readonly string[], actor: StoredActor): boolean =>
  actor.identifiers.some((each) => lists.includes(schemeOf(each)) && schemeOf(each) !== schemeOf(own)) ||
  !isMadeByList(actor)

const isMadeByList = ({ slug, identifiers }: StoredActor): boolean =>
  identifiers.some((each) => listSlug(each) === slug)

/** Returns the slug of the actor that an entry of a list makes. */
export const listSlug = (identifier: string): string => slugOf(identifier.replace(/^EU_JOURNAL:/, 'EU:'))

/** Returns the identifier of a reference number of the Security Council's list; undefined if the text is no such number. */
export const unIdentifier = (text: string): `UN_SC:${string}` | undefined =>
  unNumber.test(text.trim()) ? `UN_SC:${text.trim()}` : undefined

/** Returns the identifier for the Security Council's reference number of an entry of another list; undefined if the text is no such number. */
export const unIdentifierOn = (list: 'EU_FSF' | 'UK_SANCTIONS', text: string): string | undefined =>
  unNumber.test(text.trim()) ? `${list}_UN:${text.trim()}` : undefined
