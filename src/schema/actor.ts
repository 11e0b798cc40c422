import { reads } from '../db/client.ts'
import type { ActorKind as KindValue, NameKind as NameKindValue } from '../db/generated/prisma/enums.ts'
import type { Kinds } from '../plan/meaning.ts'
import { ascending } from '../plan/page.ts'
import { all, along, everything, type Predicate } from '../plan/predicate.ts'
import { actorTypes, typeOfKind } from './actor-kind.ts'
import { builder } from './builder.ts'
import { rootConnection } from './declare/connection.ts'
import { describedEnum } from './declare/enum.ts'
import { list, lookup } from './declare/field.ts'
import { columnKey, idKey, type Keys, keysOf } from './declare/key.ts'
import { one } from './declare/one.ts'
import type { Words } from './declare/table/words.ts'
import { table } from './declare/table.ts'
import { current, notRetracted, Versioned, versionedFields } from './versioned.ts'

const ActorKind = describedEnum<KindValue>('ActorKind', 'What an actor is.', {
  PERSON: 'A human being.',
  COUNTRY: 'A country or territory with an ISO 3166-1 code.',
  ORGANIZATION: 'A body with a name: a government, a ministry, a company, an embassy.',
  GROUP: 'People or countries that are spoken of together, such as "the West".',
  ASSET: 'A vessel, an aircraft or another thing that sanctions lists name.',
})

export const NameKind = describedEnum<NameKindValue>('NameKind', 'What sort of name a name is.', {
  PRIMARY: 'The usual name, one for each language.',
  ALIAS: 'Another name that identifies as well.',
  WEAK: 'Another name that identifies poorly, such as a nickname.',
  FORMER: 'A name no longer borne.',
  TRANSLITERATION: 'The name in another script or spelling of it.',
  MISSPELLING: 'A spelling that is wrong, and occurs.',
  METONYM: 'A place that stands for who sits there, such as "Washington".',
  ABBREVIATION: 'A short form, such as "US".',
})

/** What an actor's lists keep of its listings: those of sanctions that were not withdrawn. */
export const keptListings = along(['sanction'], notRetracted)

/** What any actor can be filtered by; each kind adds what is its own. */
export const actorWords = (c: Words<'Actor'>) => ({
  id: c.id('id', ...actorTypes),
  slug: c.text('slug'),
  name: c.text('name'),
  description: c.text('description'),
  createdAt: c.instant('createdAt'),
  updatedAt: c.instant('updatedAt'),
  names: c.many('names', 'ActorName'),
  identifiers: c.many('identifiers', 'Identifier'),
  events: c.many('actorEvents', 'Event', 'event'),
  participations: c.many('participations', 'Participant'),
  sanctions: c.many('actorSanctions', 'Sanction', 'sanction'),
  listings: c.many('targeted', 'SanctionTarget', undefined, keptListings),
  sanctionsImposed: c.many('imposed', 'Sanction'),
  relationshipsAsSubject: c.many('asSubject', 'Relationship'),
  relationshipsAsObject: c.many('asObject', 'Relationship'),
})

export const actorOrders = (c: Words<'Actor'>) => ({
  NAME: c.byText('name'),
  CREATED_AT: c.byInstant('createdAt'),
  UPDATED_AT: c.byInstant('updatedAt'),
})

/** The condition that an actor is of a kind. */
export const isKind = (kind: KindValue): Predicate => ({ column: 'kind', op: '=', value: kind })

const actors = table('Actor', 'Actor', (c) => ({
  where: { ...actorWords(c), kind: c.enum('kind', ActorKind) },
  orderBy: actorOrders(c),
  listed: current,
  search: 'search_actors',
}))

table('ActorName', 'ActorName', (c) => ({
  where: { value: c.text('value'), kind: c.enum('kind', NameKind), lang: c.text('lang') },
}))

/** What Pothos always reads of an actor: enough to tell its type and whether it was merged. */
export const actorSelect = { id: true, kind: true, mergedIntoId: true } as const

export const Actor = builder.prismaInterface('Actor', {
  name: 'Actor',
  description: 'Whoever can act or be acted upon: a person, a country, an organization, a group, or an asset.',
  interfaces: [builder.nodeInterfaceRef(), Versioned],
  select: actorSelect,
  resolveType: ({ kind }) => typeOfKind[kind],
  extensions: { kinds: { column: 'kind', types: typeOfKind } satisfies Kinds },
  fields: (t) => ({
    ...versionedFields(t),
    kind: t.expose('kind', { type: ActorKind }),
    slug: t.exposeString('slug'),
    name: lookup(t, {
      type: 'String',
      nullable: false,
      description:
        'The name to show: the usual one in the language asked for, else the one in English or the only one.',
      args: { lang: t.arg.string({ description: 'A language as a BCP 47 tag, such as "be".' }) },
      relation: 'names',
      column: 'value',
      where: ({ lang }: { lang?: string | null }): Predicate | undefined =>
        lang ? all({ column: 'kind', op: '=', value: 'PRIMARY' }, { column: 'lang', op: '=', value: lang }) : undefined,
      order: ascending('id'),
      otherwise: 'name',
    }),
    description: t.exposeString('description', { nullable: true }),
    names: list(t, { relation: 'names' }, ActorName, {
      description: 'All the names it goes by, the usual ones first.',
      order: ascending('kind', 'id'),
    }),
  }),
})

export const ActorName = builder.prismaNode('ActorName', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    value: t.exposeString('value'),
    kind: t.expose('kind', { type: NameKind }),
    lang: t.exposeString('lang', { nullable: true }),
  }),
})

const IdentifierKey = builder.inputType('IdentifierKey', {
  description: 'The key that a register gives to a thing.',
  fields: (t) => ({
    scheme: t.string({ required: true, description: 'The register, such as "OFAC_SDN".' }),
    value: t.string({ required: true, description: 'The key in that register.' }),
  }),
})

/** The keys of an actor; an id has to be that of one of the given types. */
const actorKeys = (...types: string[]) => ({
  id: idKey(...types),
  slug: columnKey('slug', 'Its slug.'),
  identifier: {
    type: IdentifierKey,
    description: 'A key that a register gives to it.',
    condition: ({ scheme, value }: { scheme: string; value: string }): Predicate => ({
      relation: 'identifiers',
      has: 'some',
      where: all({ column: 'scheme', op: '=', value: scheme }, { column: 'value', op: '=', value }),
    }),
  },
})

export const actorBy = (...types: string[]): Keys =>
  keysOf('ActorRef', 'Which actor: exactly one of its keys.', actorKeys(...types))

builder.queryFields((t) => ({
  actor: one(t, Actor, {
    description: 'One actor of any kind, or null.',
    by: actorBy(...actorTypes),
    table: actors,
    rows: () => reads.actor,
  }),
  actors: rootConnection(t, 'Query.actors', Actor, () => reads.actor, {
    description: 'Actors of all kinds.',
    table: actors,
    by: [{ field: 'NAME', direction: 'ASC' }],
    args: { kinds: t.arg({ type: [ActorKind], description: 'Only of these kinds.' }) },
    condition: ({ kinds }: { kinds?: KindValue[] | null }) =>
      kinds ? { column: 'kind', op: 'in', value: kinds } : everything,
  }),
}))
