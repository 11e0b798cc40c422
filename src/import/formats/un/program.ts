// The sanctions programmes of the list, which it calls list types.
import { slugOf } from '../../../domain/name.ts'
import type { RecordOf } from '../dateline/record.ts'
import { securityCouncil } from '../security-council.ts'

export const scheme = 'UN_SC'

const listTitle = 'United Nations Security Council Consolidated List'

/** The list. */
export const source: RecordOf<'SOURCE'> & { identifiers: [string] } = {
  record: 'SOURCE',
  identifiers: [`DATELINE:${slugOf(scheme)}`],
  kind: 'DATASET',
  title: listTitle,
  publisher: 'United Nations Security Council',
  url: 'https://scsanctions.un.org/resources/xml/en/consolidated.xml',
  license: 'copyright of the publisher; facts of a public body',
}

export const citations = [{ source: source.identifiers[0], basis: 'STATED' as const }]

interface Program {
  /** The name, if the list type is an abbreviation. */
  readonly name?: string
  readonly measures: NonNullable<RecordOf<'SANCTION'>['measures']>
}

/**
 * The programmes by list type, with the measures that resolutions impose on every entry: a travel ban on people, the others on people
 * and entities. The resolution is the one that imposed the measure first, except that of Al-Qaida and the Taliban, which restates all.
 *
 * In two programmes the measures differ from entry to entry, and the comments name them, so they are not here: Libya (resolution 1970
 * (2011), paragraph 15 or 17 or both) and Yemen (resolution 2140 (2014), paragraphs 11 and 15, or resolution 2216 (2015), paragraph 14).
 *
 * Embargoes on the arms of a country are not measures against an entry. Two embargoes on the entries themselves are left out, because
 * later resolutions changed them, and it is not certain that they still bind: Somalia (resolution 1844 (2008), paragraph 7) and Haiti
 * (resolution 2653 (2022), which resolution 2699 (2023) widened to the country).
 */
const programs: Readonly<Record<string, Program>> = {
  // Resolution 2368 (2017), paragraph 1 (a), (b) and (c).
  'Al-Qaida': { name: "ISIL (Da'esh) and Al-Qaida", measures: ['ASSET_FREEZE', 'TRAVEL_BAN', 'ARMS_EMBARGO'] },
  // Resolution 2134 (2014), paragraphs 30 and 32.
  CAR: { name: 'Central African Republic', measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 1718 (2006), paragraph 8 (d) and (e).
  DPRK: { name: "Democratic People's Republic of Korea", measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 1596 (2005), paragraphs 13 and 15.
  DRC: { name: 'Democratic Republic of the Congo', measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 2048 (2012), paragraph 4. It freezes no assets.
  GB: { name: 'Guinea-Bissau', measures: ['TRAVEL_BAN'] },
  // Resolution 2653 (2022).
  Haiti: { measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 1737 (2006), paragraph 12, and resolution 1929 (2010), paragraph 10.
  Iran: { measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 1483 (2003), paragraph 23.
  Iraq: { measures: ['ASSET_FREEZE'] },
  // Resolution 1844 (2008), paragraphs 1 and 3.
  Somalia: { measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 2206 (2015), paragraphs 9 and 12.
  SouthSudan: { name: 'South Sudan', measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 1591 (2005), paragraph 3 (d) and (e).
  Sudan: { measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] },
  // Resolution 2255 (2015), paragraph 1 (a), (b) and (c).
  Taliban: { measures: ['ASSET_FREEZE', 'TRAVEL_BAN', 'ARMS_EMBARGO'] },
}

const made = new Map<string, RecordOf<'SANCTION'>>()

/** Returns the sanction of a list type, such as "DPRK". */
export function sanctionOf(listType: string): RecordOf<'SANCTION'> {
  const known = made.get(listType)
  if (known) return known
  const { name = listType, measures = [] }: Partial<Program> = Object.hasOwn(programs, listType)
    ? (programs[listType] ?? {})
    : {}
  const sanction: RecordOf<'SANCTION'> = {
    record: 'SANCTION',
    identifiers: [`${scheme}:${listType}`],
    slug: slugOf(`${scheme} ${listType}`),
    title: `${listTitle}: ${name}`,
    program: listType,
    authority: securityCouncil.identifiers[0],
    measures,
    citations,
  }
  made.set(listType, sanction)
  return sanction
}
