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

/** An error of PostgreSQL in a statement or a commit. */
export interface DatabaseError {
  /** The SQLSTATE, such as "23514". */
  code: string
  message: string
  /** PostgreSQL's DETAIL. Errors from our triggers have the name of the broken rule here. */
  detail?: string
  /** The name of the violated unique index. */
  index?: string
}

/** Returns the PostgreSQL error that an error of Prisma contains; undefined if it contains none. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  const { data } = failure.safeParse(error)
  if (!data) return undefined
  const { originalCode, originalMessage, detail, constraint } =
    'meta' in data ? data.meta.driverAdapterError.cause : data.cause
  return { code: originalCode, message: originalMessage, detail, index: constraint?.index }
}

/** Returns whether the data violated a constraint or a type: SQLSTATE classes 22 and 23. */
export const isBrokenRule = ({ code }: DatabaseError): boolean => /^2[23]/.test(code)

/** Returns whether a value is longer than an index can store: SQLSTATE 54000. */
export const isTooLarge = ({ code }: DatabaseError): boolean => code === '54000'

/** Returns whether a retry of the transaction may succeed: a deadlock, or a serialization failure. */
export const isCollision = ({ code }: DatabaseError): boolean => code === '40P01' || code === '40001'
