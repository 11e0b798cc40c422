// The regimes of the list, with the measures that it imposes on each designation.
import { slugOf } from '../../../domain/name.ts'
import type { RecordOf } from '../dateline/record.ts'
import type { XmlElement } from '../xml.ts'
import { elementsAt, textAt } from './element.ts'

export const scheme = 'UK_SANCTIONS'

/** The list. */
export const source: RecordOf<'SOURCE'> & { identifiers: [string] } = {
  record: 'SOURCE',
  identifiers: [`DATELINE:${slugOf(scheme)}`],
  kind: 'DATASET',
  title: 'UK Sanctions List',
  publisher: 'Foreign, Commonwealth & Development Office',
  url: 'https://www.gov.uk/government/publications/the-uk-sanctions-list',
  license: 'Open Government Licence v3.0',
}

export const citations = [{ source: source.identifiers[0], basis: 'STATED' as const }]

type Measure = NonNullable<RecordOf<'SANCTION'>['measures']>[number]

/**
 * The measures of the list by the name of their indicator in lower case, which is also their wording without spaces. Those that are not
 * here are OTHER: about ships, aircraft, trusts, offices, business arrangements and directors.
 */
const measures: Readonly<Record<string, Measure>> = {
  assetfreeze: 'ASSET_FREEZE',
  travelban: 'TRAVEL_BAN',
  armsembargo: 'ARMS_EMBARGO',
  targetedarmsembargo: 'ARMS_EMBARGO',
}

/** The measures of a designation in the words of the list, and what contradicts itself. */
interface Imposed {
  readonly words: readonly string[]
  readonly mistakes: readonly string[]
}

/** Reads the measures that the list imposes on a designation. Its indicators decide; its text has measures without an indicator. */
export function measuresOf(designation: XmlElement): Imposed {
  const texts = textAt(designation, 'SanctionsImposed')
    .split('|')
    .map((each) => each.trim())
    .filter(Boolean)
  const children = elementsAt(designation, 'SanctionsImposedIndicators').flatMap((each) => each.children)
  const indicators = new Map(children.map(({ name, text }) => [name.toLowerCase(), { name, value: text.trim() }]))
  const imposed = new Map(texts.map((text) => [keyOf(text), text]))
  const mistakes: string[] = []
  for (const [key, { name, value }] of indicators) {
    if (value === 'true' && !imposed.has(key)) imposed.set(key, wordsOf(name))
    if (value === 'false' && imposed.delete(key))
      mistakes.push(`The measure "${wordsOf(name)}" is imposed by the text, but not by its indicator, and is left out.`)
  }
  if (imposed.size === 0) mistakes.push('The designation imposes no measure: its sanction has none.')
  return { words: [...imposed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text), mistakes }
}

const keyOf = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')

/** Returns the words of an indicator: "Prohibition of port entry" of "ProhibitionOfPortEntry". */
const wordsOf = (name: string): string =>
  name[0] + name.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const made = new Map<string, RecordOf<'SANCTION'> & { identifiers: [string] }>()

/**
 * Returns the sanction of a regime with these measures. A regime is a sanction for each set of measures, so that no designation has a
 * measure that the list does not impose on it.
 */
export function sanctionOf(regime: string, words: readonly string[]): RecordOf<'SANCTION'> & { identifiers: [string] } {
  const identifier = `${scheme}:${[regime, ...words].map(slugOf).join('/')}`
  const known = made.get(identifier)
  if (known) return known
  const sanction: RecordOf<'SANCTION'> & { identifiers: [string] } = {
    record: 'SANCTION',
    identifiers: [identifier],
    slug: slugOf(`${scheme} ${regime} ${words.join(' ')}`),
    title: words.length > 0 ? `${regime}: ${words.join(', ')}` : regime,
    program: regime,
    authority: 'ISO3166:GB',
    measures: [...new Set(words.map((each) => measures[keyOf(each)] ?? 'OTHER'))],
    citations,
  }
  made.set(identifier, sanction)
  return sanction
}
