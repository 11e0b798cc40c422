// Runs the writes of the API. A write with an idempotency key runs only once, even if the request is repeated.
import { createHash } from 'node:crypto'
import { db } from '../db/client.ts'
import { Invalid, Mismatch } from '../domain/mutation-error.ts'
import { databaseErrorOf, isBrokenRule } from './database-error.ts'
import type { Transaction } from './rows.ts'
import { constraintErrorOf } from './rules/constraint.ts'
import { text } from './rules/field.ts'
import { write } from './write.ts'

/** A mutation that a caller requests. */
export interface WriteRequest {
  /** The writer's name in the change log. */
  readonly writer: string
  /** The mutation's name. */
  readonly mutation: string
  readonly input: unknown
  readonly idempotencyKey?: string | null
}

export interface WriteResult<Answer> {
  readonly answer: Answer
  /** The position of the last change in the change log; null if the write changed nothing. */
  readonly position: number | null
  /** Whether this is the stored answer of an earlier request with the same idempotency key. */
  readonly replayed: boolean
}

/** A version of a record that a transaction wrote. It has one position in the change log. */
interface RecordVersion {
  entityId: string
  version: number
}

interface StoredAnswer<Answer> {
  answer: Answer
  changes: RecordVersion[]
}

const MAX_KEY_LENGTH = 255

/** Limits, in milliseconds: `maxWait` to wait for a connection, `timeout` for the transaction. */
const TRANSACTION_LIMITS = { maxWait: 5_000, timeout: 30_000 }

/**
 * Runs `work` in one transaction, and stores its answer under the idempotency key in the same transaction. Throws a
 * `MutationError` if the caller can fix the error.
 */
export async function writeOnce<Answer extends object>(
  request: WriteRequest,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<WriteResult<Answer>> {
  const { writer, input, idempotencyKey: key } = request
  if (key != null && (key.length > MAX_KEY_LENGTH || !text.safeParse(key).success))
    throw new Invalid([{ path: ['idempotencyKey'], message: `must be a text of 1 to ${MAX_KEY_LENGTH} characters.` }])
  const { answer, changes, replayed } = await withConstraintErrors(input, () =>
    write(
      writer,
      async (tx) => {
        const stored = key == null ? undefined : await claim<Answer>(tx, request, key)
        if (stored) return { ...stored, replayed: true }
        const answer = await work(tx)
        const done: StoredAnswer<Answer> = { answer, changes: await changesOf(tx) }
        if (key != null) await storeAnswer(tx, writer, key, done)
        return { ...done, replayed: false }
      },
      TRANSACTION_LIMITS,
    ),
  )
  // The write is committed, so a failure here must not look like a failed write.
  return { answer, position: await positionOf(changes).catch(() => null), replayed }
}

/** Runs a transaction, and translates a violated constraint to an `Invalid` with the path in the input. */
async function withConstraintErrors<T>(input: unknown, transaction: () => Promise<T>, retry = true): Promise<T> {
  try {
    return await transaction()
  } catch (error) {
    const failure = databaseErrorOf(error)
    if (!failure || !isBrokenRule(failure)) throw error
    // Another transaction used the slug after this one had checked it. A second run generates another slug, or reports
    // the path of the requested slug.
    if (retry && failure.index?.endsWith('_slug_key')) return withConstraintErrors(input, transaction, false)
    throw constraintErrorOf(failure, input) ?? error
  }
}

/**
 * Inserts an idempotency key in this transaction, or returns the stored answer of an earlier request with this key. If
 * another transaction has inserted the key and is still open, waits for its end.
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
  const [known] = await tx.$queryRaw<{ hash: string; answer: StoredAnswer<Answer> | null }[]>`
    SELECT hash, answer FROM "IdempotencyKey" WHERE caller = ${writer} AND key = ${key}`
  if (known?.hash !== hash) throw new Mismatch()
  if (!known.answer)
    throw new Invalid([
      {
        path: ['idempotencyKey'],
        message: 'belongs to a change of a person who was erased since: do not repeat the change.',
      },
    ])
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
