import type { FuzzyDate } from '../../../domain/date.ts'
import { isDay } from '../../../domain/date.ts'
import { slugOf } from '../../../domain/name.ts'
import { countryCoded } from '../country.ts'
import type { RecordOf } from '../dateline/record.ts'

type ActorRecord = RecordOf<'ACTOR'>

const kinds = new Map<string, Pick<ActorRecord, 'kind' | 'asset'>>([
  ['Person', { kind: 'PERSON' }],
  ...['Organization', 'Company', 'LegalEntity', 'PublicBody'].map(
    (schema) => [schema, { kind: 'ORGANIZATION' }] as const,
  ),
  ['Vessel', { kind: 'ASSET', asset: { kind: 'VESSEL' } }],
  ['Airplane', { kind: 'ASSET', asset: { kind: 'AIRCRAFT' } }],
  ['Vehicle', { kind: 'ASSET', asset: { kind: 'OTHER' } }],
])

/** What kind of actor an entity of a FollowTheMoney schema is; undefined where it is none. */
export const kindOf = (schema: string) => kinds.get(schema)

/** How the ids of OpenSanctions are written as identifiers. */
export const identifierOf = (id: string): string => `OPENSANCTIONS:${id}`

/** A slug for an entity, stable while its name changes. */
export const slugOfEntity = (id: string): string => slugOf(`opensanctions ${id}`)

/** The days that a date such as "1954", "1954-08" or "1954-08-30T00:00:00" means. */
export function fuzzyPrefix(text: string): FuzzyDate | undefined {
  const [, year = '', month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?$/.exec(text.trim()) ?? []
  const first = `${year}-${month ?? '01'}-${day ?? '01'}`
  if (!isDay(first)) return undefined
  const last = day ? first : new Date(Date.UTC(Number(year), month ? Number(month) : 12, 0)).toISOString().slice(0, 10)
  return {
    earliest: first,
    latest: last,
    precision: day ? 'DAY' : month ? 'MONTH' : 'YEAR',
    text: null,
    basis: 'STATED',
  }
}

/** The dataset that an entity is of, as a source. */
export const datasetOf = (name: string): RecordOf<'SOURCE'> => ({
  record: 'SOURCE',
  identifiers: [`OPENSANCTIONS_DATASET:${slugOf(name)}`],
  kind: 'DATASET',
  title: name,
})

/** The programme under which an entity is sanctioned, with who has it: a country, or an organization by its name. */
export function programOf(
  program: string,
  authority: { readonly country?: string | undefined; readonly name: string },
  citations: NonNullable<ActorRecord['citations']>,
): { sanction: RecordOf<'SANCTION'>; companions: ActorRecord[] } {
  const country = countryCoded(authority.country ?? '')
  const name = authority.country?.toLowerCase() === 'eu' ? 'European Union' : authority.name
  const organization: ActorRecord = {
    record: 'ACTOR',
    identifiers: [`OPENSANCTIONS_AUTHORITY:${slugOf(name)}`],
    kind: 'ORGANIZATION',
    slug: slugOf(`authority ${name}`),
    name,
  }
  return {
    companions: country ? [] : [organization],
    sanction: {
      record: 'SANCTION',
      identifiers: [`OPENSANCTIONS:${slugOf(program)}`],
      slug: slugOf(`opensanctions ${program}`),
      title: program,
      program,
      authority: country ?? organization.identifiers[0] ?? '',
      citations,
    },
  }
}

/** Names of an actor, each kind of each value once, without the one that is shown. */
export function namesOf(shown: string, names: NonNullable<ActorRecord['names']>): ActorRecord['names'] {
  const all = new Map(names.map((each) => [`${each.kind} ${each.value}`, each]))
  return [...all.values()].filter(({ value }) => value.trim() !== '' && value !== shown)
}
