import type { FuzzyDate } from '../../../domain/date.ts'
import { isDay } from '../../../domain/date.ts'
import { slugOf } from '../../../domain/name.ts'
import { countryCoded } from '../country.ts'
import type { RecordOf } from '../dateline/record.ts'
import { europeanUnion } from '../european-union.ts'

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

/** Returns the actor kind of a FollowTheMoney schema; undefined if its entities are not actors. */
export const kindOf = (schema: string) => kinds.get(schema)

/** Returns the identifier of an OpenSanctions entity. */
export const identifierOf = (id: string): string => `OPENSANCTIONS:${id}`

/** Returns the slug of an entity. It is made from the id, so that a new name does not change it. */
export const slugOfEntity = (id: string): string => slugOf(`opensanctions ${id}`)

/** Reads a date such as "1954", "1954-08" or "1954-08-30T00:00:00". Returns undefined for any other text. */
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

/** Returns the source record of a dataset. */
export const datasetOf = (name: string): RecordOf<'SOURCE'> => ({
  record: 'SOURCE',
  identifiers: [`OPENSANCTIONS_DATASET:${slugOf(name)}`],
  kind: 'DATASET',
  title: name,
  publisher: 'OpenSanctions',
  license: 'CC BY-NC 4.0 (https://www.opensanctions.org/licensing/)',
})

/**
 * Returns the sanction of a programme. Its authority is the country with the code, or an organization with the name, which
 * is returned in `companions`.
 */
export function programOf(
  program: string,
  authority: { readonly country?: string | undefined; readonly name: string },
  citations: NonNullable<ActorRecord['citations']>,
): { sanction: RecordOf<'SANCTION'>; companions: ActorRecord[] } {
  const country = countryCoded(authority.country ?? '')
  const organization = authority.country?.toLowerCase() === 'eu' ? europeanUnion : organizationNamed(authority.name)
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

function organizationNamed(name: string): ActorRecord {
  if (slugOf(name) === 'european-union') return europeanUnion
  return {
    record: 'ACTOR',
    identifiers: [`OPENSANCTIONS_AUTHORITY:${slugOf(name)}`],
    kind: 'ORGANIZATION',
    slug: slugOf(`authority ${name}`),
    name,
  }
}

/** Returns "eu" for a list of the European Union, such as "eu_fsf"; undefined for other datasets. */
export const keeperOf = (dataset: string | undefined): string | undefined => /^(eu)_/.exec(dataset ?? '')?.[1]

/** Returns the distinct names of an actor, without its displayed name. */
export function namesOf(displayed: string, names: NonNullable<ActorRecord['names']>): ActorRecord['names'] {
  const all = new Map(names.map((each) => [`${each.kind} ${each.value}`, each]))
  return [...all.values()].filter(({ value }) => value.trim() !== '' && value !== displayed)
}
