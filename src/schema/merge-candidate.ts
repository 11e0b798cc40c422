import { queryFromInfo } from '@pothos/plugin-prisma'
import { db } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { needsKey } from '../domain/scope.ts'
import { findMergeCandidates, type MergeCandidate as Pair } from '../store/merge-candidate.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'
import { forbidden } from './mutation/error.ts'

type ReasonKind = 'NAME' | 'BIRTH_DATE' | 'COUNTRY'
type LoadedActor = NonNullable<Awaited<ReturnType<typeof db.actor.findFirst>>>

interface Candidate {
  actors: LoadedActor[]
  reasons: { kind: ReasonKind; detail: string }[]
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
    actors: t.expose('actors', { type: [Actor], description: 'The two, the one recorded first before the other.' }),
    reasons: t.expose('reasons', { type: [MergeReason], description: 'What speaks for it.' }),
  }),
})

builder.queryField('mergeCandidates', (t) =>
  t.field({
    type: [MergeCandidate],
    description:
      'Actors that may be the same: of one kind and name, and with one date of birth or country. Those that share both come first. Needs a key with the scope "write".',
    authScopes: { scope: 'write' },
    unauthorizedError: (_root, _args, { viewer }) =>
      viewer.name === null ? needsKey('write') : new DomainError(forbidden('write').message, 'FORBIDDEN'),
    args: { first: t.arg.int({ description: 'How many at most, from 1 to 100; 20 without it.' }) },
    resolve: async (_root, { first }, context, info) => {
      const most = first ?? 20
      if (most < 1 || most > 100) throw new DomainError(`first has to be from 1 to 100, and is ${most}.`)
      const pairs = await findMergeCandidates(most)
      const query = queryFromInfo({ context, info, typeName: 'Actor', path: ['actors'] })
      const ids = pairs.flatMap(({ firstId, secondId }) => [firstId, secondId])
      const found = await db.actor.findMany({ ...query, where: { id: { in: ids } } })
      const actors = new Map(found.map((actor) => [actor.id, actor]))
      return pairs.map((pair) => ({
        actors: [pair.firstId, pair.secondId].flatMap((id) => actors.get(id) ?? []),
        reasons: reasonsOf(pair),
      }))
    },
  }),
)

const reasonsOf = ({ name, birth, countries }: Pair): Candidate['reasons'] => [
  { kind: 'NAME', detail: name },
  ...(birth === null ? [] : [{ kind: 'BIRTH_DATE' as const, detail: birth }]),
  ...(countries === null ? [] : [{ kind: 'COUNTRY' as const, detail: countries }]),
]
