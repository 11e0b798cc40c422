import type { NameKind } from '../../../db/generated/prisma/enums.ts'
import type { Field } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'

type Name = NonNullable<RecordOf<'ACTOR'>['names']>[number]

const columns: readonly (readonly [column: string, kind: NameKind])[] = [
  ['alias', 'ALIAS'],
  ['weakAlias', 'WEAK'],
  ['previousName', 'FORMER'],
]

/** Returns the names of an entry besides its displayed one, each once. */
export function namesOf(displayed: string, field: Field, isPerson: boolean): Name[] {
  const names = columns.flatMap(([column, kind]) =>
    field(column)
      .split(';')
      .flatMap((part) => spellingsOf(part.replace(/\. Date of birth: .*$/, '').trim(), isPerson))
      .map((value) => ({ value, kind, lang: languageOf(value) })),
  )
  return [...new Map(names.map((name) => [name.value, name])).values()].filter(
    ({ value }) => value !== '' && value !== displayed,
  )
}

/** Returns both spellings of "Dmitri Valerievich PAVLICHENKO (Dmitriy Valeriyevich PAVLICHENKO)", which have as many words. */
function spellingsOf(name: string, isPerson: boolean): string[] {
  const [, first = '', second = ''] = /^([^()]+) \(([^()]+)\)$/.exec(name) ?? []
  const words = first.split(' ').length
  return isPerson && words > 1 && words === second.split(' ').length ? [first, second] : [name]
}

/** Returns the language of a name if its letters tell it: only Belarusian has "ў", and only Russian has "ы" or "э" together with "и". */
function languageOf(name: string): string | null {
  if (/ў/i.test(name)) return 'be'
  return /[ыэ]/i.test(name) && /и/i.test(name) ? 'ru' : null
}
