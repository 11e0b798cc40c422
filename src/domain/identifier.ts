/** What identifiers are given to. */
export type Subject = 'actor' | 'event' | 'relationship' | 'sanction' | 'source'

/** The key that a register gives to a thing. */
export interface Identifier {
  readonly scheme: string
  readonly value: string
}

/** The written form of an identifier, "ISO3166:BY". A scheme holds no colon, so the first one parts the two. */
export const identifierPattern = /^[A-Z][A-Z0-9_]*:(?=[\s\S]*\S)[^\0\p{Surrogate}]+$/u

/** Reads the written form; what does not match `identifierPattern` is the caller's mistake. */
export function parseIdentifier(written: string): Identifier {
  const colon = written.indexOf(':')
  return { scheme: written.slice(0, colon), value: written.slice(colon + 1) }
}
