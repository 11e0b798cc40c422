/** A place in which a number of a register occurs: the scheme of identifiers, and how it writes the number. */
export interface Place {
  readonly scheme: string
  /** What stands before the number. */
  readonly prefix: string
  /** Whether the number is written as a slug: "eu-4094-64" is EU.4094.64. Default: false. */
  readonly isSlug?: boolean
}

/** A register whose numbers several inputs know. */
export interface Register {
  /** The name in front of a number that is shown. */
  readonly name: string
  /** What a number looks like. The pattern is also valid in PostgreSQL. */
  readonly number: RegExp
  readonly places: readonly Place[]
}

/** A reference number of the United Nations Security Council's list, such as "QDi.001". */
export const unNumber = /^[A-Z]{2}[ie]\.\d{3,}$/

/** A unique id of the UK Sanctions List, such as "AFG0011". */
export const ukNumber = /^[A-Z]{2,5}\d{3,}$/

/** The registers of authorities. OpenSanctions names their entries in the id or a referent of an entity, such as "ofac-9760". */
export const registers: readonly Register[] = [
  {
    // Both lists of OFAC share one register.
    name: 'OFAC',
    number: /^\d+$/,
    places: [
      { scheme: 'OFAC_SDN', prefix: '' },
      { scheme: 'OFAC_CONS', prefix: '' },
      { scheme: 'OPENSANCTIONS', prefix: 'ofac-' },
    ],
  },
  {
    // The lists of the European Union and the United Kingdom name the entries of the United Nations. They have schemes of their own for
    // it, so that entries of all three join in any order.
    name: 'UN',
    number: unNumber,
    places: [
      { scheme: 'UN_SC', prefix: '' },
      { scheme: 'EU_FSF_UN', prefix: '' },
      { scheme: 'UK_SANCTIONS_UN', prefix: '' },
    ],
  },
  {
    name: 'UN data',
    number: /^\d+$/,
    places: [
      { scheme: 'UN_SC_DATA', prefix: '' },
      { scheme: 'OPENSANCTIONS', prefix: 'unsc-' },
    ],
  },
  {
    name: 'EU',
    number: /^EU\.\d+\.\d+$/,
    places: [
      { scheme: 'EU_REFERENCE', prefix: '' },
      { scheme: 'OPENSANCTIONS', prefix: 'eu-fsf-', isSlug: true },
    ],
  },
  {
    name: 'UK',
    number: ukNumber,
    places: [
      { scheme: 'UK_SANCTIONS', prefix: '' },
      { scheme: 'OPENSANCTIONS', prefix: 'gb-fcdo-', isSlug: true },
    ],
  },
  {
    name: 'OFSI',
    number: /^\d+$/,
    places: [
      { scheme: 'OFSI_GROUP', prefix: '' },
      { scheme: 'OPENSANCTIONS', prefix: 'gb-hmt-' },
    ],
  },
]
