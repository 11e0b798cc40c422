import { type FoldedText, foldText, mute, withinWords } from './folded-text.ts'

/** What stands in the place of the name of an erased person. */
export const erasedName = '[erased]'

export interface Redactor {
  /** The longest word of each name, folded. An ASCII text without encoded or divided words contains one of them, or no name. */
  readonly words: readonly string[]
  /** Returns a text with each name replaced; undefined if it contains none. */
  redact(text: string): string | undefined
}

/**
 * Returns a function that replaces names in texts. A name is found in any case and spelling of accents, and in another script if it
 * folds to the same ASCII text. Its words may be in any order, with tags and characters that are no letters between them. It is not
 * found within a longer word. Han characters are found as they are.
 */
export function redactorOf(names: readonly string[]): Redactor {
  const each = new Map(names.map(wordsOf).map((words) => [words.join(' '), words]))
  const known = [...each.values()].filter((words) => words.join('').length > 1)
  const spellings = known.map(spellingsOf)
  const words = [...new Set(known.map((words) => words.toSorted((a, b) => b.length - a.length)[0] ?? ''))]
  return { words, redact: (text) => (known.length > 0 ? redact(text, words, spellings) : undefined) }
}

const letters = /[a-z0-9\p{Script=Han}]/u

const wordsOf = (name: string): string[] =>
  foldText(name)
    .folded.replaceAll(mute, '')
    .match(/[a-z0-9\p{Script=Han}]+/gu) ?? []

/** A name in one order of its words, without what is between them. */
interface Spelling {
  readonly letters: string
  /** The places in `letters` where a word starts, except the first. */
  readonly gaps: ReadonlySet<number>
  /** Whether the name is found without anything between its words. */
  readonly mayBeOneWord: boolean
}

/** A name with more words is found in its own order, and with the last word first: all orders would be too many. */
const MAX_WORDS_IN_ANY_ORDER = 4
/** A shorter name needs something between its words: "Ann Olga" is not "Annolga". */
const MIN_LETTERS_OF_ONE_WORD = 10

/** Returns the spellings of a name, the first one in its own order. */
function spellingsOf(words: readonly string[]): Spelling[] {
  const orders = words.length > MAX_WORDS_IN_ANY_ORDER ? [words, lastFirst(words)] : ordersOf(words)
  return orders.map((order) => ({
    letters: order.join(''),
    gaps: new Set(order.slice(1).map((_, i) => order.slice(0, i + 1).join('').length)),
    mayBeOneWord: order.join('').length >= MIN_LETTERS_OF_ONE_WORD,
  }))
}

const lastFirst = (words: readonly string[]): string[] => [...words.slice(-1), ...words.slice(0, -1)]

function ordersOf(words: readonly string[]): string[][] {
  if (words.length < 2) return [[...words]]
  const orders = words.flatMap((word, i) => ordersOf(words.toSpliced(i, 1)).map((rest) => [word, ...rest]))
  return [...new Map(orders.map((order) => [order.join(' '), order])).values()]
}

/** A stretch of a text. */
interface Place {
  readonly start: number
  readonly end: number
}

/** Replaces names, of which the spellings are given. */
function redact(text: string, words: readonly string[], names: readonly Spelling[][]): string | undefined {
  const folded = foldText(text)
  const all = lettersOf(folded.folded)
  if (!words.some((word) => all.letters.includes(word))) return undefined
  // A name may be in a tag, or have a tag between its words.
  const outside = folded.folded.replaceAll(/<[^<>]{1,300}>/g, (tag) => '<'.repeat(tag.length))
  const searched = outside === folded.folded ? [all] : [all, lettersOf(outside)]
  const find = (spellings: readonly Spelling[]) =>
    inOrder(searched.flatMap((each) => spellings.flatMap((spelling) => [...placesOf(spelling, each, folded)])))
  const found = joined(find(names.flatMap(([own]) => own ?? [])))
  for (const place of find(names.flatMap(([, ...reordered]) => reordered)))
    if (found.every(({ start, end }) => place.end <= start || end <= place.start)) found.push(place)
  if (found.length === 0) return undefined
  let result = ''
  let end = 0
  for (const place of inOrder(found)) {
    result += text.slice(end, place.start) + erasedName
    end = place.end
  }
  return result + text.slice(end)
}

const inOrder = (places: readonly Place[]): Place[] => places.toSorted((a, b) => a.start - b.start)

/** Returns places in order, those that overlap as one. */
function joined(places: readonly Place[]): Place[] {
  const result: Place[] = []
  for (const place of places) {
    const last = result.at(-1)
    if (last && place.start < last.end)
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, place.end) }
    else result.push(place)
  }
  return result
}

/** The letters of a folded text, without what is between them. */
interface Letters {
  readonly letters: string
  /** By the index in `letters`: the index in the folded text. */
  readonly indexes: readonly number[]
  /** By the index in `letters`: what is between the letter before and this one. */
  readonly before: readonly Gap[]
}

type Gap = 'nothing' | 'within words' | 'between words'

function lettersOf(folded: string): Letters {
  const found: string[] = []
  const indexes: number[] = []
  const before: Gap[] = []
  let gap: Gap = 'nothing'
  let index = 0
  for (const character of folded) {
    if (letters.test(character)) {
      for (let i = 0; i < character.length; i++) {
        indexes.push(index + i)
        before.push(i === 0 ? gap : 'nothing')
      }
      found.push(character)
      gap = 'nothing'
    } else if (!withinWords.includes(character)) gap = 'between words'
    else if (gap === 'nothing') gap = 'within words'
    index += character.length
  }
  return { letters: found.join(''), indexes, before }
}

/** Yields the places in the text where a name is. */
function* placesOf(spelling: Spelling, text: Letters, folded: FoldedText): Generator<Place> {
  const { letters, gaps } = spelling
  for (let at = text.letters.indexOf(letters); at >= 0; at = text.letters.indexOf(letters, at + 1)) {
    if (!hasGaps(spelling, text, at)) continue
    let first = text.indexes[at] ?? 0
    let next = (text.indexes[at + letters.length - 1] ?? 0) + 1
    while (folded.folded[first - 1] === mute) first--
    while (folded.folded[next] === mute) next++
    const isBorder = (index: number) => folded.startsAt(index) && !isWithinWord(folded.around(index), gaps.size > 0)
    if (isBorder(first) && isBorder(next)) yield { start: folded.startOf(first), end: folded.endOf(next - 1) }
  }
}

/** Returns whether the words of a name are whole where its letters are found. */
function hasGaps({ letters, gaps, mayBeOneWord }: Spelling, { before }: Letters, at: number): boolean {
  for (let i = 1; i < letters.length; i++) {
    const gap = before[at + i]
    if (gaps.has(i) ? gap === 'nothing' && !mayBeOneWord : gap === 'between words') return false
  }
  return true
}

const letter = /[\p{L}\p{M}\p{N}]/u
const digit = /^\p{N}/u
/** Letters of scripts that are written without spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * Returns whether two letters belong to one word. A digit beside a letter of a name of several words belongs to no word: it is the
 * number of a footnote.
 */
function isWithinWord([before, after]: readonly [string, string], hasWords: boolean): boolean {
  if (hasWords && digit.test(before) !== digit.test(after)) return false
  return letter.test(before) && letter.test(after) && !unspaced.test(before) && !unspaced.test(after)
}
