// The mutations that show what a merge would do. They change nothing.
import { previewActorMerge } from '../../store/edit/actor.ts'
import { previewEventMerge } from '../../store/edit/event.ts'
import type { MergePreview } from '../../store/merge/preview.ts'
import type { MergedPart } from '../../store/merge/reference.ts'
import type { PartOutcome } from '../../store/merge/report.ts'
import type { Transaction } from '../../store/rows.ts'
import { builder } from '../builder.ts'
import { DisputedField } from '../disputed-value.ts'
import { describedEnum } from '../fields/enum.ts'
import { ActorMergeInput } from './actor.ts'
import { changeErrors, commonErrors } from './error.ts'
import { EventMergeInput } from './event.ts'
import { requireScope, resultUnion, runMutation, toJsonInput, withScopeDescription } from './mutation.ts'
import type { MutationResult } from './payload.ts'

const Part = describedEnum<MergedPart>(
  'MergedPart',
  'The parts of a record, and the references to it, that a merge moves.',
  {
    NAME: 'A name of an actor.',
    IDENTIFIER: 'An external identifier.',
    CITATION: 'A citation.',
    RELATIONSHIP: 'A relationship with another actor.',
    DETENTION:
      'A detention of a person, by an authority or with a sentence of a court, or one that an event started or ended.',
    BIRTH: 'A statement of a source about a birth, of the person or in the country.',
    PARTICIPANT: 'A participant of an event, or the actor on whose behalf a participant acts.',
    LINK: 'A link with another event.',
    LOCATION: 'An event that takes place in the country.',
    AUTHORITY: 'A sanction that the actor imposes.',
    TARGET: 'An entry on a sanctions list.',
    ACTION: 'An action on a sanction.',
    LICENCE: 'A licence.',
    REASON: 'A sanction for which the event is a reason.',
    SIGHTING: 'The latest snapshot of a list that contains a target.',
    FLAG_STATE: 'An asset under the flag of the country.',
    DISPUTED_VALUE: 'A disputed value.',
    MERGED_RECORD: 'A record that was merged into the duplicate earlier.',
  },
)

const Outcome = describedEnum<PartOutcome>('MergeOutcome', 'What a merge does with a part of the duplicate.', {
  MOVED: 'It moves to the surviving record.',
  EQUAL: 'The surviving record has an equal part: one remains, with the citations of both.',
  BETWEEN_BOTH: 'It joins the two records with each other, so it is removed.',
})

const Parts = builder.objectRef<MergePreview['parts'][number]>('MergePreviewPart').implement({
  description: 'The number of parts of one kind with the same outcome.',
  fields: (t) => ({
    part: t.expose('part', { type: Part, description: 'The kind of part.' }),
    outcome: t.expose('outcome', { type: Outcome, description: 'What happens to them.' }),
    count: t.exposeInt('count', { description: 'The number of parts.' }),
  }),
})

const Taken = builder.objectRef<MergePreview['takenOver'][number]>('MergePreviewValue').implement({
  description: 'A value that the surviving record takes over, because it has none.',
  fields: (t) => ({
    field: t.expose('field', { type: DisputedField, description: 'The field.' }),
    value: t.exposeString('value', { description: 'The value as text, such as "30 August 1954".' }),
  }),
})

const Difference = builder.objectRef<MergePreview['differing'][number]>('MergePreviewDifference').implement({
  description: 'A field in which the records differ. Both values are kept as disputed values.',
  fields: (t) => ({
    field: t.expose('field', { type: DisputedField, description: 'The field.' }),
    survivor: t.exposeString('survivor', {
      nullable: true,
      description:
        'The value of the surviving record as text, which the field keeps unless `duplicate` is null; null if it has none, but cannot take over the other one.',
    }),
    duplicate: t.exposeString('duplicate', {
      nullable: true,
      description:
        'The value of the duplicate as text; null if its listing has no date of delisting. The surviving listing is then open too.',
    }),
  }),
})

const Preview = builder.objectRef<MergePreview>('MergePreview').implement({
  description: 'What a merge would do.',
  fields: (t) => ({
    parts: t.field({
      type: [Parts],
      description: 'What happens to the parts of the duplicate and to the references to it.',
      resolve: ({ parts }) => [...parts],
    }),
    takenOver: t.field({
      type: [Taken],
      description: 'The values that the surviving record takes over. At most 100.',
      resolve: ({ takenOver }) => [...takenOver],
    }),
    differing: t.field({
      type: [Difference],
      description: 'The fields in which the records, or equal parts of them, differ. At most 100.',
      resolve: ({ differing }) => [...differing],
    }),
  }),
})

const scope = 'write'

const previews = [
  ['actor', ActorMergeInput, previewActorMerge],
  ['event', EventMergeInput, previewEventMerge],
] as const

for (const [name, input, preview] of previews) {
  const typeName = `${name === 'actor' ? 'Actor' : 'Event'}MergePreview`
  const Success = builder.objectRef<MutationResult<MergePreview>>(`${typeName}Success`).implement({
    description: `Result of a successful \`${name}MergePreview\`.`,
    fields: (t) => ({
      preview: t.field({
        type: Preview,
        description: 'What the merge would do.',
        resolve: ({ answer }) => answer,
      }),
    }),
  })
  builder.mutationField(`${name}MergePreview`, (t) =>
    t.field({
      type: resultUnion(typeName, [Success, ...commonErrors, ...changeErrors]),
      description: withScopeDescription(
        `Shows what \`${name}Merge\` would do with the same input, and the errors that it would return. Changes nothing.`,
        scope,
      ),
      args: { input: t.arg({ type: input, required: true, description: `The input of \`${name}Merge\`.` }) },
      ...requireScope(scope),
      resolve: (_root, args, { viewer }) => {
        const json = toJsonInput(args.input)
        const request = { viewer, mutation: `${name}MergePreview`, input: json }
        return runMutation(`${typeName}Success`, request, (tx: Transaction) => preview(tx, json))
      },
    }),
  )
}
