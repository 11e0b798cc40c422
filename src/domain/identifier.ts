/** The types of records that have identifiers. */
export type Subject = 'actor' | 'event' | 'relationship' | 'sanction' | 'source'

/** An external identifier of a record, such as its key in a register. */
export interface Identifier {
  /** The register or standard, such as "ISO3166". */
  readonly scheme: string
  readonly value: string
}

/** The written form of an identifier, "ISO3166:BY". A scheme contains no colon, so the first colon separates the two. */
export const identifierPattern = /^[A-Z][A-Z0-9_]*:(?=[\s\S]*\S)[^\0\p{Surrogate}]+$/u

/** Splits the written form of an identifier. The text must match `identifierPattern`. */
export function parseIdentifier(written: string): Identifier {
  const colon = written.indexOf(':')
  return { scheme: written.slice(0, colon), value: written.slice(colon + 1) }
}
