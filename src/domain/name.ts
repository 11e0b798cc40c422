import anyAscii from 'any-ascii'

/** Folds a name to lower-case ASCII without marks, so that "Ціханоўская" and "tsikhanouskaya" meet. */
export function searchKey(name: string): string {
  return anyAscii(name.normalize('NFC')).toLowerCase().replace(/\s+/g, ' ').trim()
}

/** Turns a name into a readable key for addresses: "Côte d'Ivoire" into "cote-d-ivoire". */
export function slugOf(name: string): string {
  return searchKey(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
