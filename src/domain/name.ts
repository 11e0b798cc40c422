import anyAscii from 'any-ascii'

/** Converts a name to lower-case ASCII without accents, so that a search for "tsikhanouskaya" finds "Ціханоўская". */
export function searchKey(name: string): string {
  return anyAscii(name.normalize('NFC')).toLowerCase().replace(/\s+/g, ' ').trim()
}

/** Converts a name to a readable key for URLs: "Côte d'Ivoire" to "cote-d-ivoire". */
export function slugOf(name: string): string {
  return searchKey(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
