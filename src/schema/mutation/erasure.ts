// The mutation that erases a person, or shows what that would do.
import { eraseActor } from '../../store/edit/erasure.ts'
import type { Mention } from '../../store/erasure/mention.ts'
import type { Erasure } from '../../store/erasure.ts'
import { builder } from '../builder.ts'
import { changeErrors, commonErrors } from './error.ts'
import { requireScope, resultUnion, runMutation, toJsonInput, withScopeDescription } from './mutation.ts'
import { logFields, type MutationResult } from './payload.ts'

const Rows = builder.objectRef<Erasure['rows'][number]>('ErasedRows').implement({
  description: 'The number of rows of one table that an erasure deletes.',
  fields: (t) => ({
    table: t.exposeString('table', {
      description: 'The name of the table. `Change`: the earlier entries of the change log, which lose their content.',
    }),
    count: t.exposeInt('count', { description: 'The number of rows.' }),
  }),
})

const MentionType = builder.objectRef<Mention>('ErasureMention').implement({
  description: 'A text of another record that contains a name of the person.',
  fields: (t) => ({
    place: t.exposeString('place', {
      description: 'The table, the row and the column of the text. Pass it in `keep` if the text names a namesake.',
    }),
    text: t.exposeString('text', { description: 'The text with the name.' }),
    redacted: t.exposeString('redacted', {
      nullable: true,
      description: 'The text after the erasure; null if it is removed.',
    }),
    kept: t.exposeBoolean('isKept', {
      description:
        'Whether the text stays as it is, because it is a present name of another actor, or its place is in `keep`.',
    }),
    count: t.exposeInt('count', {
      description: 'How often the text is stored in this place: in the record, and in the change log.',
    }),
  }),
})

/** The number of mentions that a result contains at most. The command prints all. */
const MAX_MENTIONS = 1000

const ErasureType = builder.objectRef<Erasure>('Erasure').implement({
  description: 'What an erasure did, or would do.',
  fields: (t) => ({
    erased: t.exposeBoolean('isErased', { description: 'Whether the person was erased. False: nothing was changed.' }),
    rows: t.field({ type: [Rows], description: 'The rows that are deleted.', resolve: ({ rows }) => [...rows] }),
    mentions: t.field({
      type: [MentionType],
      description: `The texts of other records that contain a name of the person. At most ${MAX_MENTIONS}.`,
      resolve: ({ mentions }) => mentions.slice(0, MAX_MENTIONS),
    }),
    mentionCount: t.int({ description: 'The number of these texts.', resolve: ({ mentions }) => mentions.length }),
  }),
})

const Input = builder.inputType('ActorEraseInput', {
  description: 'Input of `actorErase`.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The person.' }),
    reason: t.string({
      required: true,
      description:
        'The reason, such as the number of the request. It is kept, so it must not contain a name of the person.',
    }),
    confirm: t.boolean({
      required: true,
      description: 'False: the result shows what would be erased, and nothing is changed. True: the person is erased.',
    }),
    keep: t.stringList({
      description: 'Places of texts that stay as they are, because they name a namesake. `mentions` has the places.',
    }),
    also: t.stringList({
      description:
        'Further names that texts lose, such as the family name alone or another grammatical case. Default: the names of the person.',
    }),
  }),
})

const Success = builder.objectRef<MutationResult<Erasure>>('ActorEraseSuccess').implement({
  description: 'Result of a successful `actorErase`.',
  fields: (t) => ({
    erasure: t.field({
      type: ErasureType,
      description: 'What the erasure did, or would do.',
      resolve: ({ answer }) => answer,
    }),
    ...logFields(t),
  }),
})

const scope = 'admin'

// There is no idempotency key: the stored answer would contain the texts.
builder.mutationField('actorErase', (t) =>
  t.field({
    type: resultUnion('ActorErase', [Success, ...commonErrors, ...changeErrors]),
    description: withScopeDescription(
      'Erases a person, which cannot be undone: the record with all of its parts, its participations, listings and detentions are deleted, its entries in the change log lose their content, and the names are removed from the texts of other records. Later imports skip the person.',
      scope,
    ),
    args: { input: t.arg({ type: Input, required: true, description: 'Input of the mutation.' }) },
    ...requireScope(scope),
    resolve: (_root, args, { viewer }) => {
      const input = toJsonInput(args.input)
      const request = { viewer, mutation: 'actorErase', input }
      return runMutation('ActorEraseSuccess', request, (tx) => eraseActor(tx, input))
    },
  }),
)
