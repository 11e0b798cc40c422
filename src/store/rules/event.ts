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
import { citationsBy, date, distinct, text } from './field.ts'

const participantBy = (reference: z.ZodType<string>) =>
  z
    .strictObject({
      actor: reference,
      role: z.enum(ParticipantRole),
      count: z.int32().min(1).nullish(),
      countKind: z.enum(CountKind).nullish(),
      onBehalfOf: reference.nullish(),
      note: text.nullish(),
    })
    .refine(({ count, countKind }) => ((count ?? null) === null) === ((countKind ?? null) === null), {
      error: 'needs both count and countKind, or neither',
    })
    .refine(({ actor, onBehalfOf }) => actor !== onBehalfOf, {
      error: 'acts on behalf of itself: leave out onBehalfOf, or correct it',
    })

const linkBy = (reference: z.ZodType<string>) =>
  z.strictObject({
    kind: z.enum(LinkKind),
    to: reference,
    basis: z.enum(Basis),
    citations: citationsBy(reference).optional(),
  })

/** What holds of the fields of an event, whoever writes it and however it refers to other records. */
export const eventFields = (reference: z.ZodType<string>) => ({
  title: text,
  summary: text.nullish(),
  type: z.enum(EventType),
  status: z.enum(EventStatus),
  certainty: z.enum(Certainty),
  date,
  location: reference.nullish(),
  cameoCode: z
    .string()
    .regex(/^\d{2,4}$/, 'has to be two to four digits, with its leading zeros')
    .nullish(),
  /** Follows from the code where it is left out. */
  goldstein: z
    .number()
    .min(-10)
    .max(10)
    .refine((score) => Number(score.toFixed(1)) === score, 'has to have at most one decimal')
    .nullish(),
  participants: z
    .array(participantBy(reference))
    .refine((items) => distinct(items, ({ actor, role }) => [actor, role]), {
      error: 'has one actor twice in the same role: keep it once',
    })
    .optional(),
  links: z
    .array(linkBy(reference))
    .refine((items) => distinct(items, ({ kind, to }) => [kind, to]), { error: 'holds one link twice: keep it once' })
    .optional(),
  citations: citationsBy(reference).optional(),
})
