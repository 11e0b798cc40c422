import { z } from 'zod'
import type { Line } from './line.ts'
import { recordSchema } from './record.ts'

/** Checks records of Dateline's own shape one by one; what is not well-formed becomes a line with the reason. */
export function* checkRecords(values: Iterable<unknown>): Generator<Line> {
  let number = 0
  for (const value of values) {
    number++
    const parsed = recordSchema.safeParse(value)
    yield parsed.success
      ? { number, record: parsed.data }
      : { number, key: keyOf(value), reason: `Not well-formed: ${parsed.error.issues.map(sentence).join('; ')}.` }
  }
}

const keyed = z.object({ identifiers: z.tuple([z.string()]).rest(z.unknown()) })

function keyOf(value: unknown): string | null {
  return keyed.safeParse(value).data?.identifiers[0] ?? null
}

function sentence(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return `${place.replace(/^\./, '') || 'the record'} ${problem(issue)}`
}

function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `has to be one of ${issue.values.join(', ')}`
  if (issue.code === 'unrecognized_keys')
    return `has no field ${issue.keys.join(', ')}: correct the name or leave it out`
  // Ours go on from the place; zod's own stand alone.
  return issue.message.replace(/^(?=[A-Z])/, 'is not valid: ')
}
