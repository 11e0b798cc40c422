import { reads } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { needsKey } from '../domain/scope.ts'
import { type Meaning, question } from '../plan/meaning.ts'
import { readSqlRows } from '../plan/sql-rows.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'
import { queryFor } from './declare/pothos.ts'
import { type CandidateRow, mergeCandidatesSql, type ReasonKind } from './merge-candidate.sql.ts'
import { forbidden } from './mutation/error.ts'

type LoadedActor = NonNullable<Awaited<ReturnType<typeof reads.actor.findFirst>>>

interface Candidate extends Pick<CandidateRow, 'reasons'> {
  actors: LoadedActor[]
}

const MergeReasonKind = describedEnum<ReasonKind>('MergeReasonKind', 'What two actors have in common.', {
  NAME: 'A name; of people its first and its last word.',
  BIRTH_DATE: 'The days on which they can be born.',
  COUNTRY: 'Countries: by their relationships, those they act for, and the programmes of sanctions on them.',
})

const MergeReason = builder.objectRef<Candidate['reasons'][number]>('MergeReason').implement({
  description: 'Why two actors may be the same.',
  fields: (t) => ({
    kind: t.expose('kind', { type: MergeReasonKind, description: 'What they have in common.' }),
    detail: t.exposeString('detail', { description: 'What it is, such as "1954-08-30".' }),
  }),
})

const MergeCandidate = builder.objectRef<Candidate>('MergeCandidate').implement({
  description: 'Two actors that may be the same. An editor decides: nothing is merged by itself.',
  fields: (t) => ({
    actors: t.field({
      type: [Actor],
      description: 'The two, the one recorded first before the other.',
      extensions: { meaning: { is: 'records', model: 'Actor', columns: ['firstId', 'secondId'] } satisfies Meaning },
      resolve: ({ actors }) => actors,
    }),
    reasons: t.expose('reasons', { type: [MergeReason], description: 'What speaks for it.' }),
  }),
})

function sizeOf({ first }: { first?: number | null }): number {
  const size = first ?? 20
  if (size < 1 || size > 100) throw new DomainError(`first has to be from 1 to 100, and is ${size}.`)
  return size
}

const candidates = {
  is: 'sql',
  rows: mergeCandidatesSql,
  scope: 'write',
  ask: (args: { first?: number | null }) => question([], { size: sizeOf(args) }),
} satisfies Meaning

builder.queryField('mergeCandidates', (t) =>
  t.field({
    type: [MergeCandidate],
    description:
      'Actors that may be the same: of one kind and name, and with one date of birth or country. Those that share both come first. Needs a key with the scope "write".',
    authScopes: { scope: 'write' },
    unauthorizedError: (_root, _args, { viewer }) =>
      viewer.name === null ? needsKey('write') : new DomainError(forbidden('write').message, 'FORBIDDEN'),
    args: { first: t.arg.int({ description: 'How many at most, from 1 to 100; 20 without it.' }) },
    extensions: { meaning: candidates },
    resolve: async (_root, args, context, info) => {
      const pairs = await readSqlRows<CandidateRow>(candidates, args)
      const query = queryFor({ context, info, typeName: 'Actor', paths: [['actors']] })
      const ids = pairs.flatMap(({ firstId, secondId }) => [firstId, secondId])
      const found = await reads.actor.findMany({ ...query, where: { id: { in: ids } } })
      const actors = new Map(found.map((actor) => [actor.id, actor]))
      return pairs.map(({ firstId, secondId, reasons }) => ({
        actors: [firstId, secondId].flatMap((id) => actors.get(id) ?? []),
        reasons,
      }))
    },
  }),
)
