// Input fields that many mutations share.
import { z } from 'zod'
import { idOf } from '../read-input.ts'
import { text } from '../rules/field.ts'

/** The version that the caller expects the record to have. Default: any. */
export const expectedVersion = z.int32().nullish()

/** The fields that identify the record or part to write. */
export const target = (...types: string[]) => ({ id: idOf(...types), expectedVersion })

/** Returns the rules of an update: all fields optional, and the fields that identify the record. */
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
