import { z } from 'zod'
import { AssetKind, Certainty, DisputedField, EventStatus, EventType, Gender } from '../../db/generated/prisma/enums.ts'
import { type CitationInput, citations, type FieldValues, type References, text } from './field.ts'

/** A field that can have disputed values: the types that have it, and its kind of value. */
interface FieldType {
  readonly of: readonly string[]
  readonly value: 'date' | 'text' | 'reference'
  /** The names of the enum, if the value is one of them. */
  readonly names?: readonly string[]
}

const actors = ['Person', 'Country', 'Organization', 'Group', 'Asset']
const ofCountry: FieldType = { of: ['Country'], value: 'text' }
const ofEvent: FieldType = { of: ['Event'], value: 'text' }

const fieldTypes: Record<DisputedField, FieldType> = {
  DESCRIPTION: { of: actors, value: 'text' },
  BIRTH: { of: ['Person'], value: 'date' },
  DEATH: { of: ['Person'], value: 'date' },
  GENDER: { of: ['Person'], value: 'text', names: Object.values(Gender) },
  ISO2: ofCountry,
  ISO3: ofCountry,
  ISO_NUMERIC: ofCountry,
  REGION: ofCountry,
  SUBREGION: ofCountry,
  FLAG: ofCountry,
  ASSET_KIND: { of: ['Asset'], value: 'text', names: Object.values(AssetKind) },
  FLAG_STATE: { of: ['Asset'], value: 'reference' },
  TITLE: ofEvent,
  SUMMARY: ofEvent,
  TYPE: { ...ofEvent, names: Object.values(EventType) },
  STATUS: { ...ofEvent, names: Object.values(EventStatus) },
  CERTAINTY: { ...ofEvent, names: Object.values(Certainty) },
  DATE: { of: ['Event'], value: 'date' },
  LOCATION: { of: ['Event'], value: 'reference' },
  CAMEO_CODE: ofEvent,
  GOLDSTEIN: ofEvent,
  COUNT: { of: ['EventParticipant'], value: 'text' },
  NOTE: { of: ['EventParticipant'], value: 'text' },
  ON_BEHALF_OF: { of: ['EventParticipant'], value: 'reference' },
  LISTED: { of: ['SanctionTarget'], value: 'date' },
  DELISTED: { of: ['SanctionTarget'], value: 'date' },
}

export const disputedValueFields = <R>(to: References<R>) => ({
  field: z.enum(DisputedField),
  date: to.date.nullish(),
  text: text.nullish(),
  reference: to.actor.nullish(),
})

/** The rules of the disputed values of a record or part of one of these types, with their citations. */
export const disputedValues = <R>(to: References<R>, ...types: string[]) =>
  z
    .array(
      z
        .strictObject({ ...disputedValueFields(to), citations: citations(to).optional() })
        .superRefine((value, context) => {
          const [mistake] = types.some((type) => !mistakeInDisputedValue(type, value))
            ? []
            : types.flatMap((type) => mistakeInDisputedValue(type, value) ?? [])
          if (mistake)
            context.addIssue({
              code: 'custom',
              path: [mistake.path],
              message: mistake.message.replace(/\.$/, ''),
              input: value,
            })
        }),
    )
    .optional()

export type DisputedValueInput = FieldValues<ReturnType<typeof disputedValueFields<string>>> & {
  citations?: CitationInput[]
}

/** Returns the mistake in a disputed value of a record or part of this type: its path and the rest of a sentence. */
export function mistakeInDisputedValue(
  type: string,
  { field, ...values }: { field: DisputedField; date?: unknown; text?: string | null; reference?: unknown },
): { path: string; message: string } | undefined {
  const { of, value, names } = fieldTypes[field]
  if (!of.includes(type))
    return { path: 'field', message: `is a field of type ${of.join(' or ')}, not of ${type}: pass another field.` }
  const given = (['date', 'text', 'reference'] as const).filter((each) => values[each] != null)
  if (given.join() !== value)
    return { path: value, message: `is the kind of value that ${field} has: pass it, and no other value.` }
  if (names && !names.includes(values.text ?? ''))
    return { path: 'text', message: `must be the name of an enum value: pass ${names.join(', ')}.` }
  return undefined
}
