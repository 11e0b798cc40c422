import type { NameKind } from '../../../db/generated/prisma/enums.ts'
import { childrenNamed, textOf, type XmlElement } from '../xml.ts'

/** The names of an entry, and what cannot be read of them. */
interface Names {
  readonly name: string
  readonly names: readonly { readonly value: string; readonly kind: NameKind; readonly lang?: string }[]
  readonly mistakes: readonly string[]
}

const kinds: ReadonlyMap<string, NameKind> = new Map([
  ['Good', 'ALIAS'],
  ['Low', 'WEAK'],
  ['a.k.a.', 'ALIAS'],
  ['f.k.a.', 'FORMER'],
])

/** Maximum length of an alias, in characters. The longest of the list has 324. */
const MAX_ALIAS = 2000

/** Reads the name of an entry in four parts, the one in its original script, and the aliases with their quality. */
export function namesOf(entry: XmlElement): Names {
  const parts = ['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME'].map((part) => oneLine(textOf(entry, part)))
  const name = parts.filter((part) => part !== '' && part !== 'na').join(' ')
  const original = oneLine(textOf(entry, 'NAME_ORIGINAL_SCRIPT'))
  const lang = languageOf(original)
  const all: Names['names'][number][] = original
    ? [{ value: original, kind: 'TRANSLITERATION', ...(lang ? { lang } : {}) }]
    : []
  const mistakes: string[] = []
  for (const alias of [...childrenNamed(entry, 'INDIVIDUAL_ALIAS'), ...childrenNamed(entry, 'ENTITY_ALIAS')]) {
    const text = textOf(alias, 'ALIAS_NAME')
    if (text.length > MAX_ALIAS) {
      mistakes.push(`An alias has more than ${MAX_ALIAS} characters, and is left out.`)
      continue
    }
    const values = splitNames(text).map(withoutDocument).filter(Boolean)
    const quality = textOf(alias, 'QUALITY')
    const kind = kinds.get(quality)
    if (kind) all.push(...values.map((value) => ({ value, kind })))
    else
      for (const value of values)
        mistakes.push(`The alias "${value}" has the quality "${quality}", which is not known, and is left out.`)
  }
  const distinct = new Map(all.map((each) => [`${each.kind} ${each.value}`, each]))
  return { name, names: [...distinct.values()].filter(({ value }) => value !== name), mistakes }
}

/** Returns a text with single spaces, and without spaces at its ends. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Splits "Abas Rashidi; Abbas Rashedi" into two names. A semicolon in parentheses does not separate. */
function splitNames(text: string): string[] {
  const names = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')' && depth > 0) depth--
    if (character === ';' && depth === 0) names.push('')
    else names[names.length - 1] += character
  }
  return names.map(oneLine)
}

const documents = /\b(passport|tazkira|identity|identification|ID)\b/i

/** Returns a name without parentheses that contain the number of a passport or identity card. */
const withoutDocument = (name: string): string =>
  withoutNumbers(name.replace(/\s*\([^)]*\)/g, (words) => (documents.test(words) && /\d/.test(words) ? '' : words)))

/** Returns a text in which "[…]" replaces long numbers, if it mentions a passport or an identity card. They are never imported. */
export const withoutNumbers = (text: string): string =>
  documents.test(text) ? text.replace(/\b(?:[A-Z]{1,4}[- ])?\w*\d{5,}\w*/g, '[…]') : text

/** Returns the language of a name if its script has only one: that of "김정은" is Korean. */
const languageOf = (name: string): string | undefined => (/\p{Script=Hangul}/u.test(name) ? 'ko' : undefined)
