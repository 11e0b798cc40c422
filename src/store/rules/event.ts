import { z } from 'zod'
import {
  Basis,
  Certainty,
  CountKind,
  EventStatus,
  EventType,
  LinkKind,
  ParticipantRole,
} from '../../db/generated/prisma/enums.ts'
import { citations, date, distinct, type Given, type References, text } from './field.ts'

export const participantFields = <R>(to: References<R>) => ({
  actor: to.actor,
  role: z.enum(ParticipantRole),
  count: z.int32().min(1, 'has to be 1 at least').nullish(),
  countKind: z.enum(CountKind).nullish(),
  onBehalfOf: to.actor.nullish(),
  note: text.nullish(),
})

const participant = <R>(to: References<R>) =>
  z
    .strictObject(participantFields(to))
    .refine(({ count, countKind }) => ((count ?? null) === null) === ((countKind ?? null) === null), {
      error: 'needs both count and countKind, or neither',
    })
    .refine(({ actor, onBehalfOf }) => distinct([actor, onBehalfOf], (one) => [one]), {
      error: 'acts on behalf of itself: leave out onBehalfOf, or correct it',
    })

export const linkFields = <R>(to: References<R>) => ({
  kind: z.enum(LinkKind),
  to: to.event,
  basis: z.enum(Basis),
})

/** What holds of the fields of an event itself, whoever writes it and however it refers to other records. */
export const eventFields = <R>(to: References<R>) => ({
  title: text,
  summary: text.nullish(),
  type: z.enum(EventType),
  status: z.enum(EventStatus),
  certainty: z.enum(Certainty),
  date,
  location: to.country.nullish(),
  cameoCode: z
    .string()
    .regex(/^\d{2,4}$/, 'has to be two to four digits, with its leading zeros')
    .nullish(),
  /** Follows from the code where it is left out. */
  goldstein: z
    .number()
    .min(-10, 'has to be from -10 to 10')
    .max(10, 'has to be from -10 to 10')
    .refine((score) => Number(score.toFixed(1)) === score, 'has to have at most one decimal')
    .nullish(),
})

/** What an event owns. */
export const eventParts = <R>(to: References<R>) => ({
  participants: z
    .array(participant(to))
    .refine((items) => distinct(items, ({ actor, role }) => [actor, role]), {
      error: 'has one actor twice in the same role: keep it once',
    })
    .optional(),
  links: z
    .array(z.strictObject({ ...linkFields(to), citations: citations(to).optional() }))
    .refine((items) => distinct(items, ({ kind, to }) => [kind, to]), { error: 'holds one link twice: keep it once' })
    .optional(),
  citations: citations(to).optional(),
})

export type GivenEvent = Given<ReturnType<typeof eventFields<string>>> & Given<ReturnType<typeof eventParts<string>>>
