import { z } from 'zod'
import { Certainty, SanctionActionKind, SanctionMeasure } from '../../db/generated/prisma/enums.ts'
import { isDay } from '../../domain/date.ts'
import { disputedValues } from './disputed-value.ts'
import { citations, distinct, type FieldValues, inOrder, type References, statementOfReasons, text } from './field.ts'

export const targetFields = <R>(to: References<R>) => ({
  actor: to.actor,
  listingId: text.nullish(),
  listed: to.date.nullish(),
  delisted: to.date.nullish(),
})

const day = z.string().refine(isDay, { error: 'must be a calendar day, such as 2021-07-07' })

/**
 * The record that a list contained the target: the list, and the days of its last snapshot before the first that contains the
 * target, of the first one, and of the last one.
 */
const sighting = z
  .strictObject({ list: text, absentOn: day.nullish(), firstSeenOn: day.nullish(), seenOn: day })
  .refine(
    ({ absentOn, firstSeenOn, seenOn }) =>
      (firstSeenOn ?? seenOn) <= seenOn && (absentOn ?? '') < (firstSeenOn ?? seenOn),
    { error: 'has snapshots in the wrong order: absentOn comes before firstSeenOn, and seenOn is not before it' },
  )

const target = <R>(to: References<R>) =>
  z
    .strictObject({
      ...targetFields(to),
      sightings: z.array(sighting).optional(),
      disputedValues: disputedValues(to, 'SanctionTarget'),
      citations: citations(to, statementOfReasons).optional(),
    })
    .refine(({ listed, delisted }) => inOrder(listed, delisted), {
      error: 'has a date of delisting before the date of listing: correct one of the dates',
    })

export const actionFields = <R>(to: References<R>) => ({
  kind: z.enum(SanctionActionKind),
  date: to.date,
  event: to.event.nullish(),
  certainty: z.enum(Certainty),
  legalRef: text.nullish(),
})

const action = <R>(to: References<R>) =>
  z.strictObject({
    ...actionFields(to),
    /** The index in `targets` of the target that the action concerns, from 0. Default: the action concerns the sanction. */
    target: z.int().min(0).nullish(),
    citations: citations(to).optional(),
  })

export const licenceFields = <R>(to: References<R>) => ({
  authority: to.actor,
  title: text,
  scope: text,
  from: to.date.nullish(),
  to: to.date.nullish(),
  extended: to.date.nullish(),
  revoked: to.date.nullish(),
  certainty: z.enum(Certainty),
})

const licence = <R>(to: References<R>) =>
  z
    .strictObject({
      ...licenceFields(to),
      /** The index in `targets` of the target that the licence concerns, from 0. Default: the licence concerns the sanction. */
      target: z.int().min(0).nullish(),
      citations: citations(to).optional(),
    })
    .refine(
      (each) => inOrder(each.from, each.to) && inOrder(each.from, each.extended) && inOrder(each.from, each.revoked),
      {
        error: 'ends before it begins: correct one of the dates',
      },
    )
    .refine((each) => !each.extended || each.to, {
      error: 'has no `to` that was extended: add it, or remove `extended`',
    })

/** The rules of a sanction's own fields. */
export const sanctionFields = <R>(to: References<R>) => ({
  title: text,
  program: text.nullish(),
  authority: to.actor,
  measures: z.array(z.enum(SanctionMeasure)).optional(),
  sector: text.nullish(),
  reason: text.nullish(),
  partOf: to.sanction.nullish(),
  reasons: z
    .array(to.event)
    .refine((items) => distinct(items, (item) => [item]), {
      error: 'contains the same event twice: remove one of them',
    })
    .optional(),
})

/** The parts of a sanction. */
export const sanctionParts = <R>(to: References<R>) => ({
  targets: z
    .array(target(to))
    .refine((items) => distinct(items, ({ actor, listingId }) => [actor, listingId]), {
      error: 'contains the same actor twice: remove one of them, or pass different values of listingId',
    })
    .optional(),
  actions: z
    .array(action(to))
    .refine(
      (items) => distinct(items, ({ kind, date, event, target }) => [kind, date.earliest, date.latest, event, target]),
      { error: 'contains the same action twice: remove one of them' },
    )
    .optional(),
  licences: z
    .array(licence(to))
    .refine(
      (items) =>
        distinct(items, ({ title, scope, from, target }) => [title, scope, from?.earliest, from?.latest, target]),
      {
        error: 'contains the same licence twice: remove one of them',
      },
    )
    .optional(),
  citations: citations(to).optional(),
})

/** Returns whether the target of each action and licence is in `targets`. */
export const targetsExist = ({
  targets = [],
  actions = [],
  licences = [],
}: {
  targets?: unknown[]
  actions?: { target?: number | null }[]
  licences?: { target?: number | null }[]
}): boolean => [...actions, ...licences].every(({ target }) => (target ?? -1) < targets.length)

export const unknownTarget = {
  error: 'has an action or a licence on a target that is not in targets: add the target, or correct the index',
}

export type SanctionInput = FieldValues<ReturnType<typeof sanctionFields<string>>> &
  FieldValues<ReturnType<typeof sanctionParts<string>>>
