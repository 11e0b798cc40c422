// Writes that are asked for over the API: each once, however often it is asked for with the same idempotency key.
import { createHash } from 'node:crypto'
import { db } from '../db/client.ts'
import { Invalid, Mismatch } from '../domain/refusal.ts'
import { faultOf, isBrokenRule } from './fault.ts'
import type { Transaction } from './rows.ts'
import { refusalOf } from './rules/constraint.ts'
import { text } from './rules/field.ts'
import { write } from './write.ts'

/** What was asked for, and by whom. */
export interface Request {
  /** As the log names a writer. */
  readonly writer: string
  /** The mutation's name. */
  readonly mutation: string
  readonly input: unknown
  readonly idempotencyKey?: string | null
}

/** What came of it. */
export interface Written<Answer> {
  readonly answer: Answer
  /** The place in the log of the last of its changes; null where it changed nothing. */
  readonly position: number | null
  /** Whether it was done before, and this is the answer of then. */
  readonly replayed: boolean
}

/** The state of a record that a transaction left, which has one place in the log. */
interface Change {
  entityId: string
  version: number
}

interface Kept<Answer> {
  answer: Answer
  changes: Change[]
}

const LONGEST_KEY = 255

/** How long a transaction may take, and how long its connection may be waited for, in milliseconds. */
const PATIENCE = { maxWait: 5_000, timeout: 30_000 }

/** Does some work in one transaction, in which its answer is kept too; throws a Refusal where the caller is to mend it. */
export async function writeOnce<Answer extends object>(
  request: Request,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Written<Answer>> {
  const { writer, input, idempotencyKey: key } = request
  if (key != null && (key.length > LONGEST_KEY || !text.safeParse(key).success))
    throw new Invalid([{ path: ['idempotencyKey'], message: `must be a text of 1 to ${LONGEST_KEY} characters.` }])
  const { answer, changes, replayed } = await retelling(input, () =>
    write(
      writer,
      async (tx) => {
        const kept = key == null ? undefined : await claim<Answer>(tx, request, key)
        if (kept) return { ...kept, replayed: true }
        const answer = await work(tx)
        const done: Kept<Answer> = { answer, changes: await changesOf(tx) }
        if (key != null) await keep(tx, writer, key, done)
        return { ...done, replayed: false }
      },
      PATIENCE,
    ),
  )
  return { answer, position: await positionOf(changes), replayed }
}

/** Tells in the words of the input which rule of the database a transaction broke. */
async function retelling<T>(input: unknown, transaction: () => Promise<T>, again = true): Promise<T> {
  try {
    return await transaction()
  } catch (error) {
    const fault = faultOf(error)
    if (!fault || !isBrokenRule(fault)) throw error
    // Someone took a slug after it was seen to be free: looked at anew, it is another one, or told with its path.
    if (again && fault.index?.endsWith('_slug_key')) return retelling(input, transaction, false)
    throw refusalOf(fault, input) ?? error
  }
}

/**
 * Takes an idempotency key for this transaction, or gives what was answered under it. Who comes while another holds it
 * waits for that one's end.
 */
async function claim<Answer>(tx: Transaction, request: Request, key: string): Promise<Kept<Answer> | undefined> {
  const { writer, mutation, input } = request
  const hash = createHash('sha256')
    .update(JSON.stringify([mutation, input]))
    .digest('hex')
  const claimed = await tx.$queryRaw<unknown[]>`
    INSERT INTO "IdempotencyKey" AS known (caller, key, hash) VALUES (${writer}, ${key}, ${hash})
    ON CONFLICT (caller, key) DO UPDATE SET hash = excluded.hash, answer = NULL, "createdAt" = now()
    WHERE known."createdAt" < now() - INTERVAL '24 hours'
    RETURNING key`
  if (claimed.length > 0) return undefined
  const [known] = await tx.$queryRaw<{ hash: string; answer: Kept<Answer> }[]>`
    SELECT hash, answer FROM "IdempotencyKey" WHERE caller = ${writer} AND key = ${key}`
  if (known?.hash !== hash) throw new Mismatch()
  return known.answer
}

async function keep(tx: Transaction, caller: string, key: string, done: Kept<object>): Promise<void> {
  await tx.$executeRaw`
    UPDATE "IdempotencyKey" SET answer = ${JSON.stringify(done)}::jsonb WHERE caller = ${caller} AND key = ${key}`
}

const changesOf = (tx: Transaction): Promise<Change[]> =>
  tx.$queryRaw`SELECT "entityId"::text, version FROM "ChangePending" WHERE transaction = current_transaction()`

async function positionOf(changes: readonly Change[]): Promise<number | null> {
  const [row] = await db.$queryRaw<{ position: bigint | null }[]>`
    SELECT greatest(max(c.position), max(t.last)) AS position
    FROM jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) w ("entityId" UUID, version INTEGER)
    LEFT JOIN "Change" c USING ("entityId", version)
    LEFT JOIN "ChangePending" p ON c IS NULL AND p."entityId" = w."entityId" AND p.version = w.version
    LEFT JOIN "ChangeTransaction" t USING (transaction)`
  return row?.position == null ? null : Number(row.position)
}

/** Forgets the idempotency keys that have had their day, and tells how many they were. */
export const pruneIdempotencyKeys = (): Promise<number> =>
  db.$executeRaw`DELETE FROM "IdempotencyKey" WHERE "createdAt" < now() - INTERVAL '24 hours'`
