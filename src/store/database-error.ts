import { z } from 'zod'

const errorShape = z.object({
  originalCode: z.string(),
  originalMessage: z.string(),
  detail: z.string().optional().catch(undefined),
  constraint: z.object({ index: z.string() }).optional().catch(undefined),
})
const failure = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause: errorShape }) }) }),
  z.object({ cause: errorShape }),
])

/** The error with which the database refused a statement or a commit. */
export interface DatabaseError {
  /** Its SQLSTATE, such as "23514". */
  code: string
  message: string
  /** What else it said; triggers name their rule there. */
  detail?: string
  /** The unique index that was broken. */
  index?: string
}

/** Reads an error of Prisma's; undefined where it is none of the database's. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  const { data } = failure.safeParse(error)
  if (!data) return undefined
  const { originalCode, originalMessage, detail, constraint } =
    'meta' in data ? data.meta.driverAdapterError.cause : data.cause
  return { code: originalCode, message: originalMessage, detail, index: constraint?.index }
}

/** Whether a statement broke a rule of the database: classes 22 and 23 of SQLSTATE. */
export const isBrokenRule = ({ code }: DatabaseError): boolean => /^2[23]/.test(code)

/** Whether the same transaction may well succeed when it is tried again: it was in another's way. */
export const isCollision = ({ code }: DatabaseError): boolean => code === '40P01' || code === '40001'
