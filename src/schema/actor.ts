import { reads } from '../db/client.ts'
import type { ActorKind as KindValue, NameKind as NameKindValue } from '../db/generated/prisma/enums.ts'
import { all, type Condition, onRelated } from '../query/condition.ts'
import type { InterfaceKinds } from '../query/field-plan.ts'
import { ascending } from '../query/page.ts'
import { actorTypes, typeOfKind } from './actor-kind.ts'
import { builder } from './builder.ts'
import { rootConnection, shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { lookup } from './fields/model-fields.ts'
import { recordByKey } from './fields/record-by-key.ts'
import { columnKey, idKey, type KeyInput, keyInput } from './fields/record-key.ts'
import type { FilterBuilder } from './filters/filter-builder.ts'
import { listSchema } from './filters/list-schema.ts'
import { current, notRetracted, Versioned, versionedFields } from './versioned.ts'

const ActorKind = describedEnum<KindValue>('ActorKind', 'The kinds of actor.', {
  PERSON: 'A person in the news, such as a politician, an official or a prisoner.',
  COUNTRY: 'A country or territory with an ISO 3166-1 code.',
  ORGANIZATION: 'A named body, such as a government, a ministry, a company or an embassy.',
  GROUP: 'A group of people or countries that the news refers to as one, such as "the West".',
  ASSET: 'A vessel, an aircraft or another object on a sanctions list.',
})

export const NameKind = describedEnum<NameKindValue>('NameKind', 'The kinds of name of an actor.', {
  PRIMARY: 'The usual name; at most one per language.',
  ALIAS: 'Another name that identifies the actor equally well.',
  WEAK: 'Another name that identifies the actor poorly, such as a nickname.',
  FORMER: 'A former name.',
  TRANSLITERATION: 'The name in another script or transliteration.',
  MISSPELLING: 'A common misspelling.',
  METONYM: 'A place name used for a government or institution, such as "Washington".',
  ABBREVIATION: 'An abbreviation, such as "US".',
})

/** The condition on the listings of an actor: the sanction is not retracted. */
export const visibleListings = onRelated(['sanction'], notRetracted)

/** The filters that all kinds of actor share. */
export const actorFilters = (c: FilterBuilder<'Actor'>) => ({
  id: c.id('id', ...actorTypes),
  slug: c.text('slug'),
  name: c.text('name'),
  description: c.text('description'),
  createdAt: c.instant('createdAt'),
  updatedAt: c.instant('updatedAt'),
  names: c.toMany('names', 'ActorName'),
  identifiers: c.toMany('identifiers', 'Identifier'),
  events: c.toMany('actorEvents', 'Event', 'event'),
  participations: c.toMany('participations', 'Participant'),
  sanctions: c.toMany('actorSanctions', 'Sanction', 'sanction'),
  listings: c.toMany('targeted', 'SanctionTarget', undefined, visibleListings),
  sanctionsImposed: c.toMany('imposed', 'Sanction'),
  relationshipsAsSubject: c.toMany('asSubject', 'Relationship'),
  relationshipsAsObject: c.toMany('asObject', 'Relationship'),
  disputedValues: c.toMany('disputedValues', 'DisputedValue'),
})

/** The sort fields that all kinds of actor share. */
export const actorOrders = (c: FilterBuilder<'Actor'>) => ({
  NAME: c.byText('name'),
  CREATED_AT: c.byInstant('createdAt'),
  UPDATED_AT: c.byInstant('updatedAt'),
})

/** Returns the condition that an actor has a kind. */
export const isKind = (kind: KindValue): Condition => ({ column: 'kind', operator: '=', value: kind })

const actors = listSchema('Actor', 'Actor', (c) => ({
  where: {
    ...actorFilters(c),
    kind: c.enum('kind', ActorKind),
    iso2: {
      ...c.relation('country').text('iso2'),
      description: 'The ISO 3166-1 code of two letters of a country, such as "BY". Other actors do not match.',
    },
    iso3: {
      ...c.relation('country').text('iso3'),
      description: 'The ISO 3166-1 code of three letters of a country, such as "BLR". Other actors do not match.',
    },
  },
  orderBy: actorOrders(c),
  visible: current,
  search: 'search_actors',
}))

const names = listSchema('ActorName', 'ActorName', (c) => ({
  where: { value: c.text('value'), kind: c.enum('kind', NameKind), lang: c.text('lang') },
}))

/** The columns of an actor that Pothos always reads: they determine its type and whether it was merged. */
export const actorColumns = { id: true, kind: true, mergedIntoId: true } as const

export const Actor = builder.prismaInterface('Actor', {
  name: 'Actor',
  description: 'A participant in the news: a person, a country, an organization, a group or an asset.',
  interfaces: [builder.nodeInterfaceRef(), Versioned],
  select: actorColumns,
  resolveType: ({ kind }) => typeOfKind[kind],
  extensions: { kinds: { column: 'kind', types: typeOfKind } satisfies InterfaceKinds },
  fields: (t) => ({
    ...versionedFields(t),
    kind: t.expose('kind', { type: ActorKind }),
    slug: t.exposeString('slug'),
    name: lookup(t, {
      type: 'String',
      nullable: false,
      description:
        'The display name: the usual name in the language `lang`. Default: the English name, or the only name if there is none in English.',
      args: { lang: t.arg.string({ description: 'A language as a BCP 47 tag, such as "be".' }) },
      relation: 'names',
      column: 'value',
      where: ({ lang }: { lang?: string | null }): Condition | undefined =>
        lang
          ? all({ column: 'kind', operator: '=', value: 'PRIMARY' }, { column: 'lang', operator: '=', value: lang })
          : undefined,
      order: ascending('id'),
      fallback: 'name',
    }),
    description: t.exposeString('description', { nullable: true }),
    names: shortConnection(t, 'Actor.names', 'names', ActorName, {
      description:
        'The names of the actor, in the order in which they were recorded; of names recorded together, the displayed one first.',
      listSchema: names,
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
  description: 'An external identifier: a register and its identifier for a record.',
  fields: (t) => ({
    scheme: t.string({ required: true, description: 'The register that issued the identifier, such as "OFAC_SDN".' }),
    value: t.string({ required: true, description: 'The identifier in that register.' }),
  }),
})

/** Returns the keys of an actor. An id must be an id of one of the types. */
const actorKeys = (...types: string[]) => ({
  id: idKey(...types),
  slug: columnKey('slug', 'The slug.'),
  identifier: {
    type: IdentifierKey,
    description: 'An external identifier.',
    condition: ({ scheme, value }: { scheme: string; value: string }): Condition => ({
      relation: 'identifiers',
      quantifier: 'some',
      where: all({ column: 'scheme', operator: '=', value: scheme }, { column: 'value', operator: '=', value }),
    }),
  },
})

export const actorKeyInput = (...types: string[]): KeyInput =>
  keyInput('ActorRef', 'The key of an actor: exactly one of the fields.', actorKeys(...types))

builder.queryFields((t) => ({
  actor: recordByKey(t, Actor, {
    description: 'The actor of any kind with this key; null if it does not exist.',
    key: actorKeyInput(...actorTypes),
    listSchema: actors,
    prismaModel: () => reads.actor,
  }),
  actors: rootConnection(t, 'Query.actors', Actor, () => reads.actor, {
    description: 'Actors of all kinds, by name.',
    listSchema: actors,
    defaultOrder: [{ field: 'NAME', direction: 'ASC' }],
  }),
}))
