import { reads } from '../db/client.ts'
import type { SourceKind as SourceKindValue } from '../db/generated/prisma/enums.ts'
import { builder } from './builder.ts'
import { shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { columnKey, idKey, keyInput } from './fields/record-key.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { Identifier, identifiersOptions } from './identifier.ts'
import { notRetracted, Versioned, versionedFields } from './versioned.ts'

export const SourceKind = describedEnum<SourceKindValue>('SourceKind', 'The kinds of source.', {
  ARTICLE: 'A journalistic article.',
  DATASET: 'A data file or list, such as a sanctions list.',
  STATEMENT: 'A statement published by its author.',
})

const sources = listSchema('Source', 'Source', (c) => ({
  where: {
    id: c.id('id', 'Source'),
    kind: c.enum('kind', SourceKind),
    title: c.text('title'),
    publisher: c.text('publisher'),
    url: c.text('url'),
    publishedOn: c.fuzzyDate('publishedOn', 'The date of publication.'),
    language: c.text('language'),
    license: c.text('license'),
    createdAt: c.instant('createdAt'),
    updatedAt: c.instant('updatedAt'),
    identifiers: c.toMany('identifiers', 'Identifier'),
    citations: c.toMany('citations', 'Citation'),
  },
  orderBy: { PUBLISHED: c.byDay('sortDate'), CREATED_AT: c.byInstant('createdAt') },
  visible: notRetracted,
}))

export const Source = builder.prismaNode('Source', {
  interfaces: [Versioned],
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    ...versionedFields(t),
    kind: t.expose('kind', { type: SourceKind }),
    title: t.exposeString('title', { nullable: true }),
    publisher: t.exposeString('publisher', { nullable: true }),
    url: t.exposeString('url', { nullable: true }),
    publishedOn: fuzzyDate(t, 'publishedOn', {
      sense: 'point',
      description: 'The date of publication; null if it is not known.',
    }),
    language: t.exposeString('language', { nullable: true }),
    sha256: t.exposeString('sha256', { nullable: true }),
    license: t.exposeString('license', { nullable: true }),
    identifiers: shortConnection(t, 'Source.identifiers', 'identifiers', Identifier, identifiersOptions),
  }),
})

recordQueries(
  Source,
  sources,
  () => reads.source,
  {
    source: {
      description: 'The source with this key; null if it does not exist.',
      key: keyInput('SourceRef', 'The key of a source: exactly one of the fields.', {
        id: idKey('Source'),
        url: columnKey('url', 'The URL.'),
      }),
    },
  },
  {
    sources: {
      description: 'Sources, the latest publication first.',
      defaultOrder: [{ field: 'PUBLISHED', direction: 'DESC' }],
    },
  },
)
