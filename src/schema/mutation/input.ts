// Input types and fields that many mutations have in common.
import { builder } from '../builder.ts'
import type { InputFields } from '../declare/pothos.ts'
import { Basis, DatePrecision } from '../fuzzy-date.ts'

export const FuzzyDateInput = builder.inputType('FuzzyDateInput', {
  description: 'A date as precisely as it is known: a span of days, either end of which may be open.',
  fields: (t) => ({
    earliest: t.field({ type: 'Date', description: 'First possible day; open without it.' }),
    latest: t.field({ type: 'Date', description: 'Last possible day; open without it.' }),
    precision: t.field({ type: DatePrecision, required: true, description: 'How finely it is known.' }),
    text: t.string({ description: 'The source’s own words, such as "early March".' }),
    basis: t.field({ type: Basis, required: true, description: 'Whether the source states it.' }),
  }),
})

export const citationFields = (t: InputFields) => ({
  source: t.id({ required: true, description: 'The source.' }),
  quote: t.string({ description: 'The words that matter, ten at most.' }),
  start: t.int({ description: 'Where the passage begins: its first character, from 0. With `end`, or not at all.' }),
  end: t.int({ description: 'Where it ends: the character after its last one.' }),
  basis: t.field({ type: Basis, required: true, description: 'Whether the source states it.' }),
})

const CitationInput = builder.inputType('CitationInput', {
  description: 'Where a source tells of it.',
  fields: citationFields,
})

export const citations = (t: InputFields) => t.field({ type: [CitationInput], description: 'Where sources say so.' })

export const identifierFields = (t: InputFields) => ({
  scheme: t.string({ required: true, description: 'The register, in capital letters, such as "OFAC_SDN".' }),
  value: t.string({ required: true, description: 'The key in that register.' }),
})

const IdentifierInput = builder.inputType('IdentifierInput', {
  description: 'The key that a register gives to it.',
  fields: identifierFields,
})

export const identifiers = (t: InputFields) =>
  t.field({ type: [IdentifierInput], description: 'The keys that registers give to it.' })

export const slug = (t: InputFields) =>
  t.string({
    description: 'Readable key for addresses: words of a–z and 0–9 with hyphens; made of its title or name without it.',
  })

/** The version that the caller has seen of the record that is written to. */
export const expectedVersion = (t: InputFields) =>
  t.int({
    description:
      'The version of the record as you know it: if it has changed since, nothing is written and you are told.',
  })

/** What is written to: the id of a record or of a part of one. */
export const target = (t: InputFields, description: string) => ({
  id: t.id({ required: true, description }),
  expectedVersion: expectedVersion(t),
})
