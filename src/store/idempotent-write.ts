// Writes that are asked for over the API: each once, however often it is asked for with the same idempotency key.
import { createHash } from 'node:crypto'
import { db } from '../db/client.ts'
import { Invalid, Mismatch } from '../domain/mutation-error.ts'
import { databaseErrorOf, isBrokenRule } from './database-error.ts'
import type { Transaction } from './rows.ts'
import { refusalOf } from './rules/constraint.ts'
import { text } from './rules/field.ts'
import { write } from './write.ts'

/** What was asked for, and by whom. */
export interface WriteRequest {
  /** As the log names a writer. */
  readonly writer: string
  /** The mutation's name. */
  readonly mutation: string
  readonly input: unknown
  readonly idempotencyKey?: string | null
}

/** What came of it. */
export interface WriteResult<Answer> {
  readonly answer: Answer
  /** The place in the log of the last of its changes; null where it changed nothing. */
  readonly position: number | null
  /** Whether it was done before, and this is the answer of then. */
  readonly replayed: boolean
}

/** The state of a record that a transaction left, which has one place in the log. */
interface RecordVersion {
  entityId: string
  version: number
}

interface StoredAnswer<Answer> {
  answer: Answer
  changes: RecordVersion[]
}

const LONGEST_KEY = 255

/** How long a transaction may take, and how long its connection may be waited for, in milliseconds. */
const PATIENCE = { maxWait: 5_000, timeout: 30_000 }

/** Does some work in one transaction, in which its answer is kept too; throws a MutationError that the caller can fix. */
export async function writeOnce<Answer extends object>(
  request: WriteRequest,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<WriteResult<Answer>> {
  const { writer, input, idempotencyKey: key } = request
  if (key != null && (key.length > LONGEST_KEY || !text.safeParse(key).success))
    throw new Invalid([{ path: ['idempotencyKey'], message: `must be a text of 1 to ${LONGEST_KEY} characters.` }])
  const { answer, changes, replayed } = await explained(input, () =>
    write(
      writer,
      async (tx) => {
        const kept = key == null ? undefined : await claim<Answer>(tx, request, key)
        if (kept) return { ...kept, replayed: true }
        const answer = await work(tx)
        const done: StoredAnswer<Answer> = { answer, changes: await changesOf(tx) }
        if (key != null) await storeAnswer(tx, writer, key, done)
        return { ...done, replayed: false }
      },
      PATIENCE,
    ),
  )
  return { answer, position: await positionOf(changes), replayed }
}

/** Tells in the words of the input which rule of the database a transaction broke. */
async function explained<T>(input: unknown, transaction: () => Promise<T>, again = true): Promise<T> {
  try {
    return await transaction()
  } catch (error) {
    const failure = databaseErrorOf(error)
    if (!failure || !isBrokenRule(failure)) throw error
    // Someone took a slug after it was seen to be free: looked at anew, it is another one, or told with its path.
    if (again && failure.index?.endsWith('_slug_key')) return explained(input, transaction, false)
    throw refusalOf(failure, input) ?? error
  }
}

/**
 * Takes an idempotency key for this transaction, or gives what was answered under it. Who comes while another holds it
 * waits for that one's end.
 */
async function claim<Answer>(
  tx: Transaction,
  request: WriteRequest,
  key: string,
): Promise<StoredAnswer<Answer> | undefined> {
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
  const [known] = await tx.$queryRaw<{ hash: string; answer: StoredAnswer<Answer> }[]>`
    SELECT hash, answer FROM "IdempotencyKey" WHERE caller = ${writer} AND key = ${key}`
  if (known?.hash !== hash) throw new Mismatch()
  return known.answer
}

async function storeAnswer(tx: Transaction, caller: string, key: string, done: StoredAnswer<object>): Promise<void> {
  await tx.$executeRaw`
    UPDATE "IdempotencyKey" SET answer = ${JSON.stringify(done)}::jsonb WHERE caller = ${caller} AND key = ${key}`
}

const changesOf = (tx: Transaction): Promise<RecordVersion[]> =>
  tx.$queryRaw`SELECT "entityId"::text, version FROM "ChangePending" WHERE transaction = current_transaction()`

async function positionOf(changes: readonly RecordVersion[]): Promise<number | null> {
  const [row] = await db.$queryRaw<{ position: bigint | null }[]>`
    SELECT greatest(max(c.position), max(t.last)) AS position
    FROM jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) w ("entityId" UUID, version INTEGER)
    LEFT JOIN "Change" c USING ("entityId", version)
    LEFT JOIN "ChangePending" p ON c IS NULL AND p."entityId" = w."entityId" AND p.version = w.version
    LEFT JOIN "ChangeTransaction" t USING (transaction)`
  return row?.position == null ? null : Number(row.position)
}

/** Deletes the idempotency keys that are older than 24 hours, and returns how many there were. */
export const pruneIdempotencyKeys = (): Promise<number> =>
  db.$executeRaw`DELETE FROM "IdempotencyKey" WHERE "createdAt" < now() - INTERVAL '24 hours'`
