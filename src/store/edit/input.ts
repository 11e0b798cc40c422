// What the inputs of many mutations have in common.
import { z } from 'zod'
import { idOf } from '../read-input.ts'
import { text } from '../rules/field.ts'

/** Compared with the version of the record that is written to, where it is given. */
export const expectedVersion = z.int32().nullish()

/** What a mutation writes to, by its id. */
export const target = (...types: string[]) => ({ id: idOf(...types), expectedVersion })

/** The same fields, each of which may be left out, with what is written to. */
export const patchOf = <Fields extends z.ZodRawShape>(fields: Fields, ...types: string[]) =>
  z
    .strictObject(fields)
    .partial()
    .extend(target(...types))

export const identifierFields = {
  scheme: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be capital letters, digits and "_", such as "OFAC_SDN"'),
  value: text,
}

export const identifiers = z.array(z.strictObject(identifierFields)).optional()
