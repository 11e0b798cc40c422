import { reads } from '../db/client.ts'
import { scopeError } from '../domain/scope.ts'
import { type FieldPlan, planArguments } from '../query/field-plan.ts'
import { requirePageSize } from '../query/page.ts'
import { readSqlRows } from '../query/sql-rows.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { describedEnum } from './fields/enum.ts'
import { prismaQueryFor } from './fields/pothos.ts'
import { type CandidateRow, mergeCandidatesSql, type ReasonKind } from './merge-candidate.sql.ts'

type LoadedActor = NonNullable<Awaited<ReturnType<typeof reads.actor.findFirst>>>

interface MergePair extends Pick<CandidateRow, 'reasons'> {
  actors: LoadedActor[]
}

const MergeReasonKind = describedEnum<ReasonKind>('MergeReasonKind', 'The properties that two actors can share.', {
  IDENTIFIER:
    'A number of an authority, which two inputs write in different schemes, such as OFAC_SDN and OFAC_CONS, or UK_SANCTIONS and OPENSANCTIONS. Imports join such entries, except those that were two actors before.',
  NAME: 'A name, in any romanization. For people: the first and the last word of a name, and all words of the shorter one, or two words if the day of birth is the same. For others: the displayed name without its legal form. Different spellings do not count if one list has both actors.',
  BIRTH_DATE: 'A possible date of birth.',
  COUNTRY:
    'Countries, through their relationships, the actors they act for in EDITED events, and the programmes of sanctions on them. For assets: the flag state.',
})

const MergeReason = builder.objectRef<MergePair['reasons'][number]>('MergeReason').implement({
  description: 'A reason why two actors may be the same.',
  fields: (t) => ({
    kind: t.expose('kind', { type: MergeReasonKind, description: 'The property that both actors share.' }),
    detail: t.exposeString('detail', {
      description:
        'The shared value, such as "1954-08-30". If a name is spelt in two ways: both, such as "siarhei zubkou / sergei zubkov".',
    }),
  }),
})

const MergeCandidate = builder.objectRef<MergePair>('MergeCandidate').implement({
  description: 'Two actors that may be the same. They are not merged automatically: use `actorMerge`.',
  fields: (t) => ({
    actors: t.field({
      type: [Actor],
      description: 'The two actors, in the order in which they were recorded.',
      extensions: {
        fieldPlan: { kind: 'recordsByColumns', model: 'Actor', columns: ['firstId', 'secondId'] } satisfies FieldPlan,
      },
      resolve: ({ actors }) => actors,
    }),
    reasons: t.expose('reasons', { type: [MergeReason], description: 'The reasons why the actors may be the same.' }),
  }),
})

const candidatesPlan = {
  kind: 'sql',
  rows: mergeCandidatesSql,
  scope: 'write',
  bindArguments: ({ first }: { first?: number | null }) =>
    planArguments([], { limit: requirePageSize('first', first ?? 20) }),
} satisfies FieldPlan

builder.queryField('mergeCandidates', (t) =>
  t.field({
    type: [MergeCandidate],
    nullable: true,
    description:
      'Pairs of actors that may be the same: they share the kind, and a number in a register, or a name in any romanization and also a date of birth or a country. Pairs with the same number come first, then those that share a date of birth and a country. Requires the scope "write".',
    authScopes: { scope: 'write' },
    unauthorizedError: (_root, _args, { viewer }) => scopeError('write', viewer),
    args: { first: t.arg.int({ description: 'The maximum number of pairs: 1 to 100. Default: 20.' }) },
    extensions: { fieldPlan: candidatesPlan },
    resolve: async (_root, args, context, info) => {
      const pairs = await readSqlRows<CandidateRow>(candidatesPlan, args)
      const query = prismaQueryFor({ context, info, typeName: 'Actor', paths: [['actors']] })
      const ids = pairs.flatMap(({ firstId, secondId }) => [firstId, secondId])
      const loaded = await reads.actor.findMany({ ...query, where: { id: { in: ids } } })
      const actors = new Map(loaded.map((actor) => [actor.id, actor]))
      return pairs.map(({ firstId, secondId, reasons }) => ({
        actors: [firstId, secondId].flatMap((id) => actors.get(id) ?? []),
        reasons,
      }))
    },
  }),
)
