import type { NameKind } from '../../../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../../../domain/date.ts'
import { fuzzyDay } from './day.ts'

/** What is taken from the remarks of an entry; numbers of passports and the like are none of it. */
export interface Remarks {
  readonly birth: FuzzyDate | undefined
  readonly gender: 'FEMALE' | 'MALE' | undefined
  readonly names: readonly { readonly value: string; readonly kind: NameKind }[]
  /** The names of entries that this one is linked to. */
  readonly links: readonly string[]
}

/** The list cuts remarks at so many characters; sdn_comments goes on from there, with nothing between. */
const cutAt = 1000

/** Reads remarks such as "DOB 30 Aug 1954; Gender Male; Linked To: MAHAN AIR." with what continues them, if there is anything. */
export function readRemarks(remarks: string, continued = ''): Remarks {
  const parts = `${remarks}${continued}`.trim().split('; ')
  // The last one may be half of something.
  if (remarks.length >= cutAt && continued === '') parts.pop()
  const births = parts.flatMap((part) => /^(?:alt\. )?DOB (.+?)\.?$/.exec(part)?.[1] ?? [])
  const gender = parts.find((part) => part.startsWith('Gender '))
  return {
    birth: birthOf(births),
    gender: gender?.startsWith('Gender Female') ? 'FEMALE' : gender?.startsWith('Gender Male') ? 'MALE' : undefined,
    names: parts.flatMap((part) => {
      const [, kind, value] = /^(?:alt\. )?([afn])\.k\.a\. '(.+)'\.?$/.exec(part) ?? []
      return value ? [{ value, kind: kind === 'f' ? ('FORMER' as const) : ('WEAK' as const) }] : []
    }),
    links: parts.flatMap((part) => /^Linked To: (.+)$/.exec(part)?.[1] ?? []),
  }
}

/** The first date that can be read; the others stay in its words. */
function birthOf(words: readonly string[]): FuzzyDate | undefined {
  const [first] = words.flatMap((each) => fuzzyDay(each) ?? [])
  if (!first || words.length === 1) return first
  return { ...first, text: words.join('; alt. ') }
}
