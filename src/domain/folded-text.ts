// Folds a text for the search of names: percent-encoding and HTML entities are decoded, and letters become lower-case ASCII.
import anyAscii from 'any-ascii'

/** A text in a form in which names are compared. Each of its characters knows its place in the text. */
export interface FoldedText {
  /** Lower-case ASCII, Han characters as they are, `lineBreak` and `mute`. */
  readonly folded: string
  /** Whether a letter starts at this index of `folded`. Some letters, such as "щ", fold to several characters. */
  startsAt(index: number): boolean
  /** The place in the text where the letter of this index starts. */
  startOf(index: number): number
  /** The place in the text where the letter of this index ends. */
  endOf(index: number): number
  /** The letters before and after this index, or what else stands there; empty at both ends of the text. */
  around(index: number): readonly [string, string]
}

/** A hyphen at the end of a line, which may divide a word. */
const lineBreak = '\u0001'
/** A letter that has no letter in ASCII, such as "ь" or "ع". */
export const mute = '\u0002'
/** What is not a letter, but may stand within a word. */
export const withinWords = `${lineBreak}${mute}'\``

export function foldText(text: string): FoldedText {
  if (/^[\t\n\r -$'-~]*$/.test(text) && !/-[ \t]*\r?\n/.test(text)) return ofPlainAscii(text)
  const { decoded, placeOf } = decode(text)
  let folded = ''
  /** By the index in `folded`: the index in `starts` and in the other lists. */
  const letterAt: number[] = []
  const letters: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  for (const { 0: letter, index } of decoded.matchAll(letterPattern)) {
    const ascii = foldLetter(letter)
    if (ascii === '') continue
    for (let i = 0; i < ascii.length; i++) letterAt.push(letters.length)
    folded += ascii
    letters.push(letter)
    starts.push(placeOf(index))
    ends.push(placeOf(index + letter.length))
  }
  const at = (index: number) => letterAt[index] ?? letters.length
  return {
    folded,
    startsAt: (index) => index === 0 || at(index - 1) !== at(index),
    startOf: (index) => starts[at(index)] ?? text.length,
    endOf: (index) => ends[at(index)] ?? text.length,
    around: (index) => [index === 0 ? '' : (letters[at(index - 1)] ?? ''), letters[at(index)] ?? ''],
  }
}

const ofPlainAscii = (text: string): FoldedText => ({
  folded: text.toLowerCase(),
  startsAt: () => true,
  startOf: (index) => index,
  endOf: (index) => index + 1,
  around: (index) => [text[index - 1] ?? '', text[index] ?? ''],
})

/** A hyphen and the end of a line; letters of which a Korean syllable may be made; a character with the marks combined with it. */
const letterPattern = /[-\u2010][ \t]*\r?\n[ \t]*|[\u1100-\u11ff]+|\P{M}\p{M}*|\p{M}+/gu

/** Characters that are not seen: soft hyphens, joiners, spaces without width, marks of direction, and the Arabic stretching line. */
const invisible = /^[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/

const ascii = /^[ -~]$/
const han = /^\p{Script=Han}/u
const pointed = /^[\p{Script=Arabic}\p{Script=Hebrew}]/u

function foldLetter(letter: string): string {
  if (ascii.test(letter)) return letter.toLowerCase()
  if (invisible.test(letter)) return ''
  if (/\n/.test(letter) && letter.length > 1) return lineBreak
  // The reading of a Han character is that of many others.
  if (han.test(letter)) return letter.normalize('NFKC')
  // Arabic and Hebrew are mostly written without the marks for vowels.
  const whole = pointed.test(letter) ? letter.normalize('NFD').replace(/\p{M}/gu, '') : letter.normalize('NFC')
  const folded = anyAscii(whole).toLowerCase()
  return /\p{L}/u.test(letter) && !/[a-z0-9]/.test(folded) ? mute : folded
}

interface Decoded {
  readonly decoded: string
  /** Returns the place in the text of an index in `decoded`. */
  placeOf(index: number): number
}

/** "%C3%BC", also encoded twice, or "&uuml;", "&#252;" and "&#xFC;". */
const encoded = /(?:%(?:25)*[0-9a-f]{2})+|&(?:amp;)*(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi

function decode(text: string): Decoded {
  if (!/[%&]/.test(text)) return { decoded: text, placeOf: (index) => index }
  let decoded = ''
  const places: number[] = []
  const add = (part: string, start: number, step = 0) => {
    for (let i = 0; i < part.length; i++) places.push(start + i * step)
    decoded += part
  }
  let end = 0
  for (const { 0: code, index } of text.matchAll(encoded)) {
    add(text.slice(end, index), end, 1)
    if (code.startsWith('&')) add(decodeEntity(code), index)
    else for (const { character, start } of decodePercent(code)) add(character, index + start)
    end = index + code.length
  }
  add(text.slice(end), end, 1)
  places.push(text.length)
  return { decoded, placeOf: (index) => places[index] ?? text.length }
}

/** Decodes UTF-8. A byte that is not part of a character is a character of Latin-1. */
function* decodePercent(code: string): Generator<{ character: string; start: number }> {
  const bytes = [...code.matchAll(/%(?:25)*([0-9a-f]{2})/gi)].map(({ 1: hex = '', index }) => ({
    byte: Number.parseInt(hex, 16),
    start: index,
  }))
  for (let i = 0; i < bytes.length; ) {
    const { byte, start } = bytes[i] ?? { byte: 0, start: 0 }
    const length = byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 1
    const character = utf8(bytes.slice(i, i + length).map(({ byte }) => byte))
    yield { character: character ?? String.fromCharCode(byte), start }
    i += character === undefined ? 1 : length
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(bytes: readonly number[]): string | undefined {
  try {
    return decoder.decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

const entities: Readonly<Record<string, string>> = {
  aelig: 'ae',
  amp: '&',
  eth: 'd',
  gt: '>',
  imath: 'i',
  inodot: 'i',
  lt: '<',
  oelig: 'oe',
  shy: '\u00ad',
  szlig: 'ss',
  thorn: 'th',
  zwj: '\u200d',
  zwnj: '\u200c',
}
const accented = /^([a-z])(?:acute|breve|caron|cedil|circ|dblac|dot|grave|macr|ogon|ring|slash|strok|tilde|uml)$/

/** Returns the character of an entity, a Latin letter without its accent, or a blank for an entity without letters. */
function decodeEntity(code: string): string {
  const name = code
    .slice(1, -1)
    .replace(/^(?:amp;)+/i, '')
    .toLowerCase()
  if (!name.startsWith('#')) return entities[name] ?? accented.exec(name)?.[1] ?? ' '
  const point = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : ' '
}
