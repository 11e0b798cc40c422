import anyAscii from 'any-ascii'

/** What stands in the place of the name of an erased person. */
const erasedName = '[erased]'

export interface Redactor {
  /** The longest word of each name, folded: an ASCII text without any of them contains no name. */
  readonly words: readonly string[]
  /** Returns a text with each name replaced; undefined if it contains none. */
  redact(text: string): string | undefined
}

/**
 * Returns a function that replaces names in texts. A name is found in any script, case and spelling of accents that folds to the
 * same ASCII text, with any characters that are no letters between its words, but not within a longer word.
 */
export function redactorOf(names: readonly string[]): Redactor {
  const keys = [...new Set(names.map((name) => wordsOf(name).join(' ')))].filter((key) => key.length > 1)
  const longestFirst = keys.toSorted((a, b) => b.length - a.length)
  // In an address a blank is written as "%20".
  const between = '(?:%[0-9a-f]{2}|[^a-z0-9])+'
  const pattern = longestFirst.map((key) => key.replaceAll(' ', between)).join('|')
  return {
    words: [...new Set(keys.map((key) => key.split(' ').toSorted((a, b) => b.length - a.length)[0] ?? ''))],
    redact: (text) => (pattern ? redact(text, pattern) : undefined),
  }
}

const wordsOf = (name: string): string[] => fold(name).ascii.match(/[a-z0-9]+/g) ?? []

/** A text as ASCII in lower case, and the place in the text of each of its characters. */
interface Folded {
  readonly ascii: string
  /** By the index in `ascii`: the index in the text. The last one is the length of the text. */
  readonly places: readonly number[]
}

/** A character with the marks that are combined with it, or letters of which a Korean syllable may be made. */
const combined = /[\u1100-\u11ff]+|\P{M}\p{M}*|\p{M}+/gu

function fold(text: string): Folded {
  let ascii = ''
  const places: number[] = []
  let place = 0
  for (const [character] of text.matchAll(combined)) {
    const folded = anyAscii(character.normalize('NFC')).toLowerCase()
    for (let i = 0; i < folded.length; i++) places.push(place)
    ascii += folded
    place += character.length
  }
  return { ascii, places: [...places, place] }
}

function redact(text: string, pattern: string): string | undefined {
  const { ascii, places } = fold(text)
  const search = new RegExp(pattern, 'g')
  let result = ''
  let end = 0
  for (let match = search.exec(ascii); match; match = search.exec(ascii)) {
    const from = places[match.index] ?? 0
    const to = places[match.index + match[0].length] ?? text.length
    // A character such as "щ" folds to several letters, and a name cannot start or end within it.
    const isWhole =
      places[match.index - 1] !== from &&
      places[match.index + match[0].length - 1] !== to &&
      !isWithinWord(text, from) &&
      !isWithinWord(text, to)
    if (!isWhole) {
      search.lastIndex = match.index + 1
      continue
    }
    result += text.slice(end, from) + erasedName
    end = to
  }
  return end === 0 && result === '' ? undefined : result + text.slice(end)
}

const letter = /[\p{L}\p{M}\p{N}]/u
/** Letters of scripts that are written without spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Returns whether a place is between two letters of one word. */
function isWithinWord(text: string, place: number): boolean {
  const before = Array.from(text.slice(Math.max(0, place - 2), place)).at(-1) ?? ''
  const after = Array.from(text.slice(place, place + 2))[0] ?? ''
  return letter.test(before) && letter.test(after) && !unspaced.test(before) && !unspaced.test(after)
}
