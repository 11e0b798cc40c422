import { z } from 'zod'
import {
  Basis,
  Certainty,
  CountKind,
  EventOrigin,
  EventStatus,
  EventType,
  LinkKind,
  ParticipantRole,
} from '../../db/generated/prisma/enums.ts'
import { disputedValues } from './disputed-value.ts'
import { citations, distinct, type FieldValues, type References, text } from './field.ts'

export const participantFields = <R>(to: References<R>) => ({
  actor: to.actor,
  role: z.enum(ParticipantRole),
  count: z.int32().min(1, 'must be 1 or more').nullish(),
  countKind: z.enum(CountKind).nullish(),
  onBehalfOf: to.actor.nullish(),
  note: text.nullish(),
})

const participant = <R>(to: References<R>) =>
  z
    .strictObject({ ...participantFields(to), disputedValues: disputedValues(to, 'EventParticipant') })
    .refine(({ count, countKind }) => ((count ?? null) === null) === ((countKind ?? null) === null), {
      error: 'must have count and countKind, or neither',
    })
    .refine(({ actor, onBehalfOf }) => distinct([actor, onBehalfOf], (one) => [one]), {
      error: 'acts on behalf of itself: omit or correct onBehalfOf',
    })

export const linkFields = <R>(to: References<R>) => ({
  kind: z.enum(LinkKind),
  to: to.event,
  basis: z.enum(Basis),
})

/** The rules of an event's own fields, for the importer and the API. */
export const eventFields = <R>(to: References<R>) => ({
  title: text,
  summary: text.nullish(),
  type: z.enum(EventType),
  status: z.enum(EventStatus),
  certainty: z.enum(Certainty),
  date: to.date,
  location: to.country.nullish(),
  cameoCode: z
    .string()
    .regex(/^\d{2,4}$/, 'must be two to four digits, with leading zeros')
    .nullish(),
  /** Default: the score of the CAMEO code. */
  goldstein: z
    .number()
    .min(-10, 'must be from -10 to 10')
    .max(10, 'must be from -10 to 10')
    .refine((score) => Number(score.toFixed(1)) === score, 'must have at most one decimal')
    .nullish(),
  /** Default of a new event: EDITED. */
  origin: z.enum(EventOrigin).optional(),
})

/** The parts of an event. */
export const eventParts = <R>(to: References<R>) => ({
  participants: z
    .array(participant(to))
    .refine((items) => distinct(items, ({ actor, role }) => [actor, role]), {
      error: 'contains the same actor twice in the same role: remove one of them',
    })
    .optional(),
  links: z
    .array(z.strictObject({ ...linkFields(to), citations: citations(to).optional() }))
    .refine((items) => distinct(items, ({ kind, to }) => [kind, to]), {
      error: 'contains the same link twice: remove one of them',
    })
    .optional(),
  citations: citations(to).optional(),
})

export type EventInput = FieldValues<ReturnType<typeof eventFields<string>>> &
  FieldValues<ReturnType<typeof eventParts<string>>>
