/** A place in which a number of a register occurs: the scheme of identifiers, and what stands before the number. */
interface Place {
  readonly scheme: string
  readonly prefix: string
}

/** A register whose numbers several inputs know. */
interface Register {
  readonly number: RegExp
  /** In the order of their authority. */
  readonly places: readonly Place[]
}

/** Both lists of OFAC share one register; OpenSanctions names its entries "ofac-9760", as the id or a referent of an entity. */
const ofac: Register = {
  number: /^\d+$/,
  places: [
    { scheme: 'OFAC_SDN', prefix: '' },
    { scheme: 'OFAC_CONS', prefix: '' },
    { scheme: 'OPENSANCTIONS', prefix: 'ofac-' },
  ],
}

/**
 * The reference numbers of the Security Council's list, such as "QDi.001", which the lists of the European Union and the United Kingdom
 * name too. These lists have schemes of their own for it, so that entries of all three join in any order.
 */
const unReference: Register = {
  number: /^[A-Z]{2}[ie]\.\d{3,}$/,
  places: [
    { scheme: 'UN_SC', prefix: '' },
    { scheme: 'EU_FSF_UN', prefix: '' },
    { scheme: 'UK_SANCTIONS_UN', prefix: '' },
  ],
}

/** The numbers of the entries in the Security Council's data; OpenSanctions names the entries "unsc-6908555". */
const unData: Register = {
  number: /^\d+$/,
  places: [
    { scheme: 'UN_SC_DATA', prefix: '' },
    { scheme: 'OPENSANCTIONS', prefix: 'unsc-' },
  ],
}

const registers = [ofac, unReference, unData]

/** By the scheme of a list: the lists of other registers that decide on the name of an actor that stands on both. */
const leaders: Readonly<Record<string, readonly string[]>> = {
  UN_SC: ['OFAC_SDN', 'OFAC_CONS'],
  EU_FSF: ['OFAC_SDN', 'OFAC_CONS'],
  UK_SANCTIONS: ['OFAC_SDN', 'OFAC_CONS'],
}

/** Returns the schemes of the lists that decide on the name of an actor before the list with this scheme. */
export const leadersOf = (scheme: string): readonly string[] => leaders[scheme] ?? []

/** An identifier of the same entry of a register in another scheme. */
export interface Twin {
  readonly identifier: string
  /** Whether the records with the other identifier describe the actor better: they decide on its name and description. */
  readonly leads: boolean
}

/** Returns the identifiers in other schemes of the entries that have these identifiers. */
export function twinsOf(identifiers: readonly string[]): Twin[] {
  return identifiers.flatMap((identifier) => registers.flatMap((register) => twinsIn(register, identifier)))
}

function twinsIn({ number, places }: Register, identifier: string): Twin[] {
  const own = places.findIndex((place) => identifier.startsWith(written(place)))
  const value = identifier.slice(written(places[own]).length)
  if (own < 0 || !number.test(value)) return []
  return places.flatMap((place, index) =>
    index === own ? [] : [{ identifier: `${written(place)}${value}`, leads: index < own }],
  )
}

const written = (place: Place | undefined): string => (place ? `${place.scheme}:${place.prefix}` : '')

/** Returns the identifier of a reference number of the Security Council's list; undefined if the text is no such number. */
export const unIdentifier = (text: string): `UN_SC:${string}` | undefined =>
  unReference.number.test(text.trim()) ? `UN_SC:${text.trim()}` : undefined

/** Returns the identifier for the Security Council's reference number of an entry of another list; undefined if the text is no such number. */
export const unIdentifierOn = (list: 'EU_FSF' | 'UK_SANCTIONS', text: string): string | undefined =>
  unReference.number.test(text.trim()) ? `${list}_UN:${text.trim()}` : undefined
