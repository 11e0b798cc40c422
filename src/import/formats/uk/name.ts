import type { NameKind } from '../../../db/generated/prisma/enums.ts'
import type { XmlElement } from '../xml.ts'
import { elementsAt, textAt } from './element.ts'

interface Name {
  readonly value: string
  readonly kind: NameKind
  readonly lang?: string
}

/** The names of a designation, and what cannot be read of them. */
interface Names {
  /** The first primary name; "" if there is none. */
  readonly name: string
  readonly names: readonly Name[]
  readonly mistakes: readonly string[]
}

/** Reads the names in Latin script, which have up to six parts, and those in other scripts. */
export function namesOf(designation: XmlElement, clean: (text: string) => string): Names {
  const read = [
    ...elementsAt(designation, 'Names', 'Name').map((each) => readName(each, clean)),
    ...elementsAt(designation, 'NonLatinNames', 'NonLatinName').map((each) => readNonLatinName(each, clean)),
  ]
  const all = read.flatMap(({ found }) => (found?.value ? [found] : []))
  const name = all.find(({ kind }) => kind === 'PRIMARY')?.value ?? ''
  const others = all.filter(({ value }) => value !== name)
  return {
    name,
    names: [...new Map(others.map((each) => [JSON.stringify(each), each])).values()],
    mistakes: read.flatMap(({ mistake }) => mistake ?? []),
  }
}

interface Read {
  readonly found?: Name
  readonly mistake?: string
}

const parts = ['Name1', 'Name2', 'Name3', 'Name4', 'Name5', 'Name6']

function readName(element: XmlElement, clean: (text: string) => string): Read {
  const value = clean(
    parts
      .map((part) => textAt(element, part))
      .filter(Boolean)
      .join(' '),
  )
  const [type, strength] = [textAt(element, 'NameType'), textAt(element, 'AliasStrength')]
  const kind = kindOf(type.toLowerCase(), strength.toLowerCase())
  if (kind) return { found: { value, kind } }
  const words = type && strength ? `${type}, ${strength}` : type
  return { mistake: `The name "${value}" has the type "${words.slice(0, 60)}", which is not known, and is left out.` }
}

function kindOf(type: string, strength: string): NameKind | undefined {
  if (type === 'primary name') return 'PRIMARY'
  if (type === 'primary name variation') return 'ALIAS'
  if (type !== 'alias') return undefined
  if (strength === '' || strength.startsWith('good quality')) return 'ALIAS'
  return strength.startsWith('low quality') ? 'WEAK' : undefined
}

function readNonLatinName(element: XmlElement, clean: (text: string) => string): Read {
  const [name, script, language] = ['NameNonLatinScript', 'NonLatinScriptType', 'NonLatinScriptLanguage'].map((part) =>
    textAt(element, part),
  ) as [string, string, string]
  const lang = tagOf(language, script)
  return {
    found: { value: clean(name), kind: 'TRANSLITERATION', ...(lang ? { lang } : {}) },
    ...(language && !lang
      ? { mistake: `The language "${language.slice(0, 60)}" of a name is not known, and is left out.` }
      : {}),
  }
}

const languages: Readonly<Record<string, string>> = {
  amharic: 'am',
  arabic: 'ar',
  armenian: 'hy',
  belarusian: 'be',
  bosnian: 'bs',
  bulgarian: 'bg',
  burmese: 'my',
  chinese: 'zh',
  dari: 'fa-AF',
  farsi: 'fa',
  georgian: 'ka',
  greek: 'el',
  hebrew: 'he',
  japanese: 'ja',
  korean: 'ko',
  macedonian: 'mk',
  moldovan: 'ro',
  montenegrin: 'sr-ME',
  pashto: 'ps',
  persian: 'fa',
  romanian: 'ro',
  'romanian; moldavian; moldovan': 'ro',
  russian: 'ru',
  serbian: 'sr',
  turkish: 'tr',
  ukrainian: 'uk',
  urdu: 'ur',
}

const scripts: Readonly<Record<string, string>> = {
  arabic: 'Arab',
  chinese: 'Hani',
  cyrillic: 'Cyrl',
  greek: 'Grek',
  hangul: 'Kore',
  hebrew: 'Hebr',
  korean: 'Kore',
  latin: 'Latn',
}

/**
 * Returns the BCP 47 tag of a language, with the script if it is not the usual one: "ru", "ro-Cyrl". Returns undefined if the language is
 * not known, because a script alone tells no language.
 */
function tagOf(language: string, script: string): string | undefined {
  const lang = languages[language.toLowerCase()]
  if (!lang) return undefined
  const code = scripts[script.toLowerCase()]
  const usual = new Intl.Locale(lang).maximize().script
  // Chinese names are in one of two scripts, which the list does not tell apart.
  return code && code !== usual && code !== 'Hani' ? `${lang}-${code}` : lang
}
