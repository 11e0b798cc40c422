import type { NameKind } from '../../../db/generated/prisma/enums.ts'
import { UserError } from '../../../domain/errors.ts'
import { slugOf } from '../../../domain/name.ts'
import { countryNamed } from '../country.ts'
import type { CsvRow } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'
import type { Format } from '../format.ts'
import type { Line } from '../line.ts'
import { twinsOf } from '../register.ts'
import { type Files, fits, type List, listsIn, rowsOf, widths } from './files.ts'
import { listingDate } from './listing-date.ts'
import { displayName, nameKey } from './name.ts'
import type { Personal } from './personal.ts'
import { readRemarks } from './remarks.ts'

/** The sanctions lists of the US Treasury as CSV: the SDN list, and the consolidated list of all other targets. */
export const ofac: Format = {
  name: 'ofac',
  reads:
    'OFAC lists: a directory with sdn.csv, alt.csv, add.csv and sdn_comments.csv, or with cons_prim.csv and its companions',
  snapshot: true,
  ordered: false,
  async *lines(input) {
    for (const files of listsIn(input)) yield* readList(files)
  },
}

/** The data that reading an entry requires, from the other files and the other entries. */
interface Context {
  readonly list: List
  /** By entry. */
  readonly aliases: Map<string, { value: string; kind: NameKind }[]>
  /** By entry. */
  readonly comments: Map<string, string>
  /** The entries with a name, by `nameKey`. */
  readonly entriesByName: Map<string, Set<string>>
  /** The entries with an alias, by `nameKey`. */
  readonly entriesByAlias: Map<string, Set<string>>
  /** The source and the sanctions (by programme) that many entries refer to. */
  readonly source: RecordOf<'SOURCE'>
  readonly sanctions: Map<string, RecordOf<'SANCTION'>>
}

async function* readList(files: Files): AsyncGenerator<Line> {
  const { list } = files
  const context: Context = {
    list,
    aliases: new Map(),
    comments: new Map(),
    entriesByName: new Map(),
    entriesByAlias: new Map(),
    source: sourceOf(list),
    sanctions: new Map(),
  }
  const numbers = new Set<string>()
  for await (const { fields } of rowsOf(files.entries)) {
    numbers.add(fields[0] ?? '')
    if (fields.length === widths.entries) addName(context.entriesByName, fields[1] ?? '', fields[0] ?? '')
  }
  const bad: Line[] = []
  for await (const row of rowsOf(files.aliases)) {
    const [entry = '', , kind = '', value = ''] = row.fields
    if (!fits(row, files.aliases, widths.aliases, bad)) continue
    requireEntry(numbers, entry, files)
    context.aliases.set(entry, [
      ...(context.aliases.get(entry) ?? []),
      { value, kind: kind === 'fka' ? 'FORMER' : 'ALIAS' },
    ])
    addName(context.entriesByAlias, value, entry)
  }
  for await (const { fields } of rowsOf(files.addresses)) requireEntry(numbers, fields[0] ?? '', files)
  for await (const row of rowsOf(files.comments))
    if (fits(row, files.comments, widths.comments, bad)) context.comments.set(row.fields[0] ?? '', row.fields[1] ?? '')
  for await (const row of rowsOf(files.entries))
    if (fits(row, files.entries, widths.entries, bad)) yield readEntry(row, context)
  yield* bad
}

function requireEntry(numbers: ReadonlySet<string>, entry: string, { entries }: Files): void {
  if (numbers.has(entry)) return
  throw new UserError(
    `${entries.name} lacks the entry ${entry.slice(0, 20)}, to which another file refers: the file is truncated, or the files are from different snapshots. Download them again.`,
  )
}

function addName(entries: Map<string, Set<string>>, name: string, entry: string): void {
  const key = nameKey(name)
  entries.set(key, (entries.get(key) ?? new Set()).add(entry))
}

const authority = 'ISO3166:US'

function readEntry({ number, fields }: CsvRow, context: Context): Line {
  const [
    entry = '',
    listed = '',
    type = '',
    programs = '',
    title = '',
    ,
    vesselType = '',
    ,
    ,
    flag = '',
    ,
    remarks = '',
  ] = fields
  const { aliases, comments, source } = context
  const { scheme } = context.list
  const identifier = `${scheme}:${entry}`
  const isPerson = type.toLowerCase() === 'individual'
  const display = (name: string) => (isPerson ? displayName(name) : name)
  const { personal, gender, names, links, imo } = readRemarks(
    remarks,
    comments.get(entry),
    type.toLowerCase() === 'vessel',
  )
  const { birth, otherBirths, birthplaces } = personal
  const births = [
    ...otherBirths.map((date) => ({ date })),
    ...birthplaces.map(({ place, country }) => ({ place, country: country ?? null })),
  ]
  const linked = linksOf(identifier, links, context)
  const citations = citing(context.list)
  const programNames = [...new Set((programs || scheme).split('] [').map((program) => program.trim()))]
  const sanctions = programNames.map((program) => sanctionOf(context, program))
  const listedAs = (program: string) => listingDate(`${remarks}${comments.get(entry) ?? ''}`, program, programNames)
  const kind = isPerson ? 'PERSON' : type === '' ? 'ORGANIZATION' : 'ASSET'
  const actor: RecordOf<'ACTOR'> = {
    record: 'ACTOR',
    identifiers: [identifier, ...imo.identifiers],
    kind,
    slug: slugOf(`${scheme} ${entry}`),
    name: display(listed),
    description: title || (vesselType ? `${type}: ${vesselType}` : null),
    names: distinct([
      ...(aliases.get(entry) ?? []).map(({ value, kind }) => ({ kind, value: display(value) })),
      ...names,
    ]).filter(({ value }) => value !== display(listed)),
    citations,
    ...(isPerson ? { person: { ...(birth ? { birth } : {}), ...(gender ? { gender } : {}) } } : {}),
    ...(isPerson && births.length > 0
      ? { births: births.map((each) => ({ ...each, source: sourceKey(context.list) })) }
      : {}),
    ...(kind === 'ASSET'
      ? { asset: { kind: assetKinds[type.toLowerCase()] ?? 'OTHER', flag: countryNamed(flag) ?? null } }
      : {}),
  }
  return {
    number,
    record: actor,
    twins: twinsOf(actor.identifiers),
    companions: [
      source,
      ...sanctions,
      ...linked.relationships,
      ...nationalitiesOf(identifier, isPerson ? personal : undefined, context),
    ],
    listings: sanctions.map(({ identifiers: [sanction = ''], program }) => {
      const listed = listedAs(program ?? '')
      return { actor: identifier, sanction, listingId: entry, lists: [scheme], ...(listed ? { listed } : {}) }
    }),
    leftOut: [
      ...linked.leftOut,
      ...imo.mistakes.map((reason) => ({ key: identifier, reason })),
      ...(isPerson ? personal.unknownNationalities : []).map((name) => ({
        key: identifier,
        reason: `The nationality "${name}" is not that of a country, and is left out.`,
      })),
    ],
  }
}

const assetKinds: Record<string, 'AIRCRAFT' | 'VESSEL'> = { aircraft: 'AIRCRAFT', vessel: 'VESSEL' }

/**
 * Returns relationships to the linked entries. Links are names: of the entry with this name, else of that with this alias. A name
 * of no other entry, or of several, is left out.
 */
function linksOf(subject: string, links: readonly string[], context: Context) {
  const { list, entriesByName, entriesByAlias } = context
  const objects = new Set<string>()
  const leftOut: { key: string; reason: string }[] = []
  for (const name of new Set(links)) {
    const entries = [...(entriesByName.get(nameKey(name)) ?? entriesByAlias.get(nameKey(name)) ?? [])]
    const [object = ''] = entries.map((entry) => `${list.scheme}:${entry}`)
    if (entries.length === 1 && object !== subject) objects.add(object)
    else leftOut.push({ key: subject, reason: `The link to "${name}" is left out, because ${problemWith(entries)}.` })
  }
  const relationships = [...objects].map((object) =>
    relationshipOf(subject, 'LINKED_TO', object, `linked-to/${object.slice(object.indexOf(':') + 1)}`, list),
  )
  return { relationships, leftOut }
}

/** Returns why a link cannot lead to any of these entries. */
function problemWith(entries: readonly string[]): string {
  if (entries.length === 0) return 'no entry of the list has this name'
  if (entries.length === 1) return 'only the entry itself has this name'
  const shown = entries.slice(0, 5).join(', ')
  return `${entries.length} entries have this name: ${shown}${entries.length > 5 ? ' and more' : ''}`
}

const nationalitiesOf = (subject: string, personal: Personal | undefined, { list }: Context) =>
  (personal?.nationalities ?? []).map((country) =>
    relationshipOf(subject, 'NATIONAL_OF', country, `national-of/${country.slice(country.indexOf(':') + 1)}`, list),
  )

function relationshipOf(
  subject: string,
  kind: RecordOf<'RELATIONSHIP'>['kind'],
  object: string,
  key: string,
  list: List,
): RecordOf<'RELATIONSHIP'> {
  const identifiers = relationshipKeys(subject, key)
  return { record: 'RELATIONSHIP', identifiers, subject, kind, object, citations: citing(list) }
}

/** Returns the identifiers of a relationship. The SDN list's is the common one of both lists, so that each is stored once. */
const relationshipKeys = (subject: string, key: string): string[] => [
  ...new Set([subject, subject.replace(/^OFAC_CONS:/, 'OFAC_SDN:')].map((each) => `${each}/${key}`)),
]

function distinct<N extends { readonly value: string; readonly kind: NameKind }>(names: readonly N[]): N[] {
  return [...new Map(names.map((name) => [`${name.kind} ${name.value}`, name])).values()]
}

const sourceKey = ({ scheme }: List): string => `DATELINE:${slugOf(scheme)}`

const citing = (list: List) => [{ source: sourceKey(list), basis: 'STATED' as const }]

function sourceOf(list: List): RecordOf<'SOURCE'> {
  return {
    record: 'SOURCE',
    identifiers: [sourceKey(list)],
    kind: 'DATASET',
    title: list.title,
    publisher: 'US Department of the Treasury, Office of Foreign Assets Control',
    url: list.url,
    license: 'public domain (17 USC 105)',
  }
}

function sanctionOf({ list, sanctions }: Context, program: string): RecordOf<'SANCTION'> {
  const { scheme, title, measures } = list
  const known = sanctions.get(program)
  if (known) return known
  const sanction: RecordOf<'SANCTION'> = {
    record: 'SANCTION',
    identifiers: [`${scheme}:${program}`],
    slug: slugOf(`${scheme} ${program}`),
    title: `${title}: ${program}`,
    program,
    authority,
    measures,
    citations: citing(list),
  }
  sanctions.set(program, sanction)
  return sanction
}
