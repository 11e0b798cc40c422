// Input types and fields that several mutations share.
import { builder } from '../builder.ts'
import type { InputFields } from '../fields/pothos.ts'
import { Basis, DatePrecision } from '../fuzzy-date.ts'

const FuzzyDateBetweenInput = builder.inputType('FuzzyDateBetweenInput', {
  description: 'A range of days in which a date lies, both ends included.',
  fields: (t) => ({
    from: t.field({ type: 'Date', required: true, description: 'The earliest possible day.' }),
    to: t.field({ type: 'Date', required: true, description: 'The latest possible day.' }),
  }),
})

export const FuzzyDateInput = builder.inputType('FuzzyDateInput', {
  description:
    'A date that may be known only approximately. Pass exactly one of `edtf`, `on`, `month`, `year`, `between`, or `earliest` and `latest`. For a date of which nothing is known, pass only the precision UNKNOWN.',
  fields: (t) => ({
    edtf: t.string({
      description:
        'The date in EDTF (ISO 8601-2), in the form of `FuzzyDate.edtf`: a day, a month or a year, such as "2025-03", or an interval of them, such as "2025-03-01/2025-03-10" or "2025/..", with ".." for an open end. "?" (uncertain) or "~" (approximate) after a date requires the basis INFERRED, and is not stored otherwise.',
    }),
    on: t.field({ type: 'Date', description: 'The day.' }),
    month: t.string({ description: 'The month, such as "2026-03".' }),
    year: t.int({ description: 'The year, from 1 to 9999.' }),
    between: t.field({ type: FuzzyDateBetweenInput, description: 'The first and the last possible day.' }),
    earliest: t.field({ type: 'Date', description: 'The earliest possible day. Default: open.' }),
    latest: t.field({ type: 'Date', description: 'The latest possible day. Default: open.' }),
    precision: t.field({
      type: DatePrecision,
      description:
        'The precision of `earliest` and `latest`, which they must fit: the same day for DAY, whole months or years for MONTH or YEAR. It is how exactly the date is known, apart from how certain the fact is (`certainty`) and whether the date is stated or inferred (`basis`). Default: derived from the days.',
    }),
    text: t.string({ description: 'The wording of the source, such as "early March".' }),
    basis: t.field({
      type: Basis,
      required: true,
      description:
        'Whether the source states the date or the date was inferred, apart from how certain the fact is (`certainty`) and how exactly the date is known (`precision`).',
    }),
  }),
})

export const citationFields = (t: InputFields) => ({
  source: t.id({ required: true, description: 'The source.' }),
  quote: t.string({ description: 'The relevant words, at most ten.' }),
  start: t.int({
    description: 'Start of the passage in the text of the source, in characters from 0. Requires `end`.',
  }),
  end: t.int({
    description: 'End of the passage in the text of the source, in characters, exclusive. Requires `start`.',
  }),
  basis: t.field({
    type: Basis,
    required: true,
    description: 'Whether the source states the fact or the fact was inferred.',
  }),
})

const CitationInput = builder.inputType('CitationInput', {
  description: 'A passage of a source that supports a fact.',
  fields: citationFields,
})

export const citations = (t: InputFields) =>
  t.field({ type: [CitationInput], description: 'The passages of sources that support it.' })

export const identifierFields = (t: InputFields) => ({
  scheme: t.string({
    required: true,
    description: 'The register that issued the identifier, in capital letters, such as "OFAC_SDN".',
  }),
  value: t.string({ required: true, description: 'The identifier in that register.' }),
})

const IdentifierInput = builder.inputType('IdentifierInput', {
  description: 'An external identifier of a record.',
  fields: identifierFields,
})

export const identifiers = (t: InputFields) =>
  t.field({ type: [IdentifierInput], description: 'External identifiers.' })

/** A reference to an actor, an event or a sanction. */
export const reference = (t: InputFields, description: string, required = false) =>
  t.id({ required, description: `${description} Its id or its slug.` })

export const slug = (t: InputFields) =>
  t.string({
    description:
      'Unique, readable key for URLs: words of a–z and 0–9, separated by hyphens. Default: derived from the title or name.',
  })

/** The field for the version of the record that the caller has read. */
export const expectedVersion = (t: InputFields) =>
  t.int({
    description:
      'The version of the record that the change is based on. If the record is at another version, nothing is written and `ConflictError` is returned. Default: no check.',
  })

/** The fields that identify the record, or the part of a record, to change. */
export const target = (t: InputFields, description: string) => ({
  id: t.id({ required: true, description }),
  expectedVersion: expectedVersion(t),
})
