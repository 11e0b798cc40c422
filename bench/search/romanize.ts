// Romanizations of Cyrillic names, as readers of several languages write them. The tables are those of the standards that are named.

/** A standard: the letters, and how a vowel that contains a "j" is written at the start of a word and after a vowel. */
interface Standard {
  /** The standard and the language whose readers use it. */
  name: string
  letters: Readonly<Record<string, string>>
  /** Further forms of letters at the start of a word, after a vowel, and after a soft or hard sign. */
  initial?: Readonly<Record<string, string>>
  /** Applied to each finished word. */
  adjust?: (word: string) => string
}

const common = {
  а: 'a',
  б: 'b',
  г: 'g',
  д: 'd',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  т: 't',
  ф: 'f',
  і: 'i',
  ґ: 'g',
  ъ: '',
  ь: '',
  "'": '',
  '’': '',
} as const

/** The standards, by the name under which the questions cite them. */
export const standards: readonly Standard[] = [
  {
    name: 'German (Duden)',
    letters: {
      ...common,
      в: 'w',
      е: 'e',
      ё: 'jo',
      ж: 'sch',
      з: 's',
      и: 'i',
      й: 'i',
      с: 's',
      у: 'u',
      х: 'ch',
      ц: 'z',
      ч: 'tsch',
      ш: 'sch',
      щ: 'schtsch',
      ы: 'y',
      э: 'e',
      ю: 'ju',
      я: 'ja',
      ў: 'u',
      є: 'je',
      ї: 'ji',
    },
    initial: { е: 'je' },
    adjust: (word) =>
      word
        .replace(/(?<=[aeiouy])s(?=[aeiouy])/g, 'ss')
        .replace(/ii$/, 'i')
        .replace(/yi$/, 'y'),
  },
  {
    name: 'French (usual transcription)',
    letters: {
      ...common,
      в: 'v',
      е: 'e',
      ё: 'io',
      ж: 'j',
      з: 'z',
      и: 'i',
      й: 'ï',
      с: 's',
      у: 'ou',
      х: 'kh',
      ц: 'ts',
      ч: 'tch',
      ш: 'ch',
      щ: 'chtch',
      ы: 'y',
      э: 'e',
      ю: 'iou',
      я: 'ia',
      ў: 'ou',
      є: 'ie',
      ї: 'ï',
    },
    initial: { е: 'ie' },
    adjust: (word) =>
      word
        .replace(/in$/, 'ine')
        .replace(/(?<=[aeiouy])s(?=[aeiouy])/g, 'ss')
        .replace(/[iy]ï$/, 'i'),
  },
  {
    name: 'English (BGN/PCGN)',
    letters: {
      ...common,
      в: 'v',
      е: 'e',
      ё: 'yo',
      ж: 'zh',
      з: 'z',
      и: 'i',
      й: 'y',
      с: 's',
      у: 'u',
      х: 'kh',
      ц: 'ts',
      ч: 'ch',
      ш: 'sh',
      щ: 'shch',
      ы: 'y',
      э: 'e',
      ю: 'yu',
      я: 'ya',
      ў: 'w',
      є: 'ye',
      ї: 'yi',
    },
    initial: { е: 'ye' },
    adjust: (word) => word.replace(/yy$/, 'y'),
  },
  {
    name: 'passports (ICAO Doc 9303)',
    letters: {
      ...common,
      в: 'v',
      е: 'e',
      ё: 'e',
      ж: 'zh',
      з: 'z',
      и: 'i',
      й: 'i',
      с: 's',
      у: 'u',
      х: 'kh',
      ц: 'ts',
      ч: 'ch',
      ш: 'sh',
      щ: 'shch',
      ъ: 'ie',
      ы: 'y',
      э: 'e',
      ю: 'iu',
      я: 'ia',
      ў: 'u',
      є: 'ie',
      ї: 'i',
    },
  },
  {
    name: 'Polish (PWN)',
    letters: {
      ...common,
      в: 'w',
      е: 'ie',
      ё: 'io',
      ж: 'ż',
      з: 'z',
      и: 'i',
      й: 'j',
      с: 's',
      у: 'u',
      х: 'ch',
      ц: 'c',
      ч: 'cz',
      ш: 'sz',
      щ: 'szcz',
      ы: 'y',
      э: 'e',
      ю: 'iu',
      я: 'ia',
      л: 'ł',
      ў: 'u',
      є: 'je',
      ї: 'ji',
    },
    initial: { е: 'je', ё: 'jo', ю: 'ju', я: 'ja' },
    adjust: (word) =>
      word
        .replace(/ł(?=i)/g, 'l')
        .replace(/li(?=[aeou])/g, 'l')
        .replace(/ż(?=i)i/g, 'ż')
        .replace(/(cz|sz|c|ż)ie/g, '$1e')
        .replace(/ij$/, 'ij'),
  },
  {
    name: 'Belarusian (instruction of 2007)',
    letters: {
      ...common,
      в: 'v',
      г: 'h',
      е: 'ie',
      ё: 'io',
      ж: 'ž',
      з: 'z',
      и: 'i',
      й: 'j',
      с: 's',
      у: 'u',
      х: 'ch',
      ц: 'c',
      ч: 'č',
      ш: 'š',
      щ: 'šč',
      ы: 'y',
      э: 'e',
      ю: 'iu',
      я: 'ia',
      ў: 'ŭ',
    },
    initial: { е: 'je', ё: 'jo', ю: 'ju', я: 'ja' },
    adjust: (word) => word.replace(/li(?=[aeou])/g, 'l'),
  },
  {
    name: 'Ukrainian (resolution 55 of 2010)',
    letters: {
      ...common,
      в: 'v',
      г: 'h',
      е: 'e',
      ё: 'io',
      ж: 'zh',
      з: 'z',
      и: 'y',
      й: 'i',
      с: 's',
      у: 'u',
      х: 'kh',
      ц: 'ts',
      ч: 'ch',
      ш: 'sh',
      щ: 'shch',
      ы: 'y',
      э: 'e',
      ю: 'iu',
      я: 'ia',
      ў: 'u',
      є: 'ie',
      ї: 'i',
    },
    initial: { є: 'ye', ї: 'yi', ю: 'yu', я: 'ya', й: 'y' },
  },
]

const vowels = 'аеёиоуыэюяіїє'

/** Returns a Cyrillic name in the letters of a standard, each word with a capital. */
export function romanize(name: string, { letters, initial = {}, adjust = (word) => word }: Standard): string {
  const words = name.toLowerCase().split(/([\s-]+)/)
  return words
    .map((word) => {
      const written = [...word].map((letter, i) => {
        const before = word[i - 1] ?? ''
        const isInitial = i === 0 || vowels.includes(before) || "ьъ'’".includes(before)
        return (isInitial ? initial[letter] : undefined) ?? letters[letter] ?? letter
      })
      const text = adjust(written.join(''))
      return text.charAt(0).toUpperCase() + text.slice(1)
    })
    .join('')
}
