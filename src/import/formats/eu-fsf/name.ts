import type { NameKind } from '../../../db/generated/prisma/enums.ts'
import { oneLine } from '../un/name.ts'
import { childrenNamed, type XmlElement } from '../xml.ts'

interface Names {
  /** The name to display; "" if the entry has none. */
  readonly name: string
  readonly names: readonly { readonly value: string; readonly kind: NameKind; readonly lang: string | null }[]
  readonly gender: 'FEMALE' | 'MALE' | undefined
  /** The titles and functions. */
  readonly description: string
  readonly mistakes: readonly string[]
}

/** Reads the names of an entry with their languages, and the gender, titles and functions, which the list states beside the names. */
export function namesOf(entry: XmlElement, clean: (text: string) => string): Names {
  const all = childrenNamed(entry, 'nameAlias').flatMap((alias) => readName(alias, clean))
  const isStrong = ({ kind }: Name) => kind === 'ALIAS'
  const displayed = all.find((each) => isStrong(each) && isEnglish(each)) ?? all.find(isStrong) ?? all[0]
  const names = all.flatMap((each) => {
    const { value, kind, lang } = each
    if (each === displayed) return lang ? { value, kind: 'PRIMARY' as const, lang } : []
    return value === displayed?.value && (lang === null || lang === displayed.lang) ? [] : { value, kind, lang }
  })
  const genders = new Set(all.flatMap(({ gender }) => gender ?? []))
  return {
    name: displayed?.value ?? '',
    names: [...new Map(names.map((each) => [JSON.stringify(each), each])).values()],
    gender: genders.size === 1 ? [...genders][0] : undefined,
    description: [...new Set(all.flatMap(({ descriptions }) => descriptions))].join('; '),
    mistakes: [
      ...all.flatMap(({ mistake }) => mistake ?? []),
      ...(genders.size > 1 ? ['The names have different genders, which are left out.'] : []),
    ],
  }
}

interface Name {
  readonly value: string
  readonly kind: 'ALIAS' | 'WEAK'
  readonly lang: string | null
  readonly gender: 'FEMALE' | 'MALE' | undefined
  readonly descriptions: readonly string[]
  readonly mistake: string | undefined
}

function readName({ attributes }: XmlElement, clean: (text: string) => string): Name[] {
  const text = (name: string) => clean(oneLine(attributes[name] ?? ''))
  const value = text('wholeName') || oneLine(`${text('firstName')} ${text('middleName')} ${text('lastName')}`)
  if (!value) return []
  const language = attributes.nameLanguage ?? ''
  const isKnown = /^[A-Z]{2,3}$/i.test(language)
  return [
    {
      value,
      kind: attributes.strong === 'false' ? 'WEAK' : 'ALIAS',
      lang: isKnown ? (Intl.getCanonicalLocales(language)[0] ?? null) : null,
      gender: ({ F: 'FEMALE', M: 'MALE' } as const)[attributes.gender ?? ''],
      descriptions: [text('title'), text('function')].filter(Boolean),
      mistake:
        language && !isKnown
          ? `The language "${language.slice(0, 20)}" of a name is not known, and is left out.`
          : undefined,
    },
  ]
}

const isEnglish = ({ lang }: Name): boolean => lang === null || lang === 'en'
