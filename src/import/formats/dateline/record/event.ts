import { z } from 'zod'
import { disputedValues } from '../../../../store/rules/disputed-value.ts'
import { eventFields, eventParts } from '../../../../store/rules/event.ts'
import { moment, slug } from '../../../../store/rules/field.ts'
import { byIdentifier, identity } from './reference.ts'

export const event = z
  .strictObject({
    record: z.literal('EVENT'),
    ...identity,
    createdAt: moment.optional(),
    retractedAt: moment.nullish(),
    mergedInto: byIdentifier.event.nullish(),
    slug,
    ...eventFields(byIdentifier),
    ...eventParts(byIdentifier),
    disputedValues: disputedValues(byIdentifier, 'Event'),
  })
  .refine(({ identifiers, links = [] }) => links.every(({ to }) => !identifiers.includes(to)), {
    error: 'contains a link to the event itself: correct or remove the link',
    path: ['links'],
  })
