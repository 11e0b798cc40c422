import { z } from 'zod'

const databaseError = z.object({
  originalCode: z.string(),
  originalMessage: z.string(),
  detail: z.string().optional().catch(undefined),
  constraint: z.object({ index: z.string() }).optional().catch(undefined),
})
const failure = z.union([
  z.object({ meta: z.object({ driverAdapterError: z.object({ cause: databaseError }) }) }),
  z.object({ cause: databaseError }),
])

/** What the database said when it refused a statement or a commit. */
export interface Fault {
  /** Its SQLSTATE, such as "23514". */
  code: string
  message: string
  /** What else it said; triggers name their rule there. */
  detail?: string
  /** The unique index that was broken. */
  index?: string
}

/** Reads an error of Prisma's; undefined where it is none of the database's. */
export function faultOf(error: unknown): Fault | undefined {
  const { data } = failure.safeParse(error)
  if (!data) return undefined
  const { originalCode, originalMessage, detail, constraint } =
    'meta' in data ? data.meta.driverAdapterError.cause : data.cause
  return { code: originalCode, message: originalMessage, detail, index: constraint?.index }
}

/** Whether a statement broke a rule of the database: classes 22 and 23 of SQLSTATE. */
export const isBrokenRule = ({ code }: Fault): boolean => /^2[23]/.test(code)

/** Whether the same transaction may well succeed when it is tried again: it was in another's way. */
export const isCollision = ({ code }: Fault): boolean => code === '40P01' || code === '40001'
