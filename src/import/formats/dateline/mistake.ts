import type { z } from 'zod'

/** Returns the sentence about what is wrong with a record. */
export const wordsOf = ({ issues }: z.core.$ZodError): string =>
  `The record is not valid: ${issues.map(sentence).join('; ')}.`

function sentence(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return `${path.replace(/^\./, '') || 'the record'} ${problem(issue)}`
}

function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.code === 'unrecognized_keys') return `has no field ${issue.keys.join(', ')}: correct or remove it`
  // Our messages continue the sentence after the path. Messages of zod are sentences of their own.
  return issue.message.replace(/^(?=[A-Z])/, 'is not valid: ')
}
