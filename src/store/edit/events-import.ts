// Creates many events in one request.
import { Invalid, type Issue } from '../../domain/mutation-error.ts'
import { databaseErrorOf, isBrokenRule } from '../database-error.ts'
import type { Transaction } from '../rows.ts'
import { constraintErrorOf } from '../rules/constraint.ts'
import { createEvents } from './event.ts'

export const MAX_EVENTS = 250

/** The result of one event: its id, or its mistakes. */
export type EventResult = { event: string } | { issues: readonly Issue[] }

/** Creates the valid events. With `atomic`, creates all events, or throws an `Invalid` with the mistakes of all. */
export async function importEvents(
  tx: Transaction,
  inputs: readonly unknown[],
  atomic: boolean,
): Promise<{ results: EventResult[] }> {
  if (inputs.length === 0 || inputs.length > MAX_EVENTS) {
    const message = `must contain 1 to ${MAX_EVENTS} events, but contains ${inputs.length}: send them in parts.`
    throw new Invalid([{ path: [], message }])
  }
  const results = (await attempt(tx, inputs)) ?? (await createOneByOne(tx, inputs))
  const issues = results.flatMap((result, index) =>
    result instanceof Invalid
      ? result.issues.map(({ path, message }) => ({ path: [`${index}`, ...path], message }))
      : [],
  )
  if (atomic && issues.length > 0) throw new Invalid(issues)
  return {
    results: results.map((result) => (result instanceof Invalid ? { issues: result.issues } : { event: result })),
  }
}

/** Creates the events in one savepoint. Returns undefined if one of several violates a constraint of the database. */
async function attempt(tx: Transaction, inputs: readonly unknown[]): Promise<(string | Invalid)[] | undefined> {
  await tx.$executeRaw`SAVEPOINT attempt`
  try {
    const created = await createEvents(tx, inputs)
    await tx.$executeRaw`RELEASE SAVEPOINT attempt`
    return created
  } catch (error) {
    const databaseError = databaseErrorOf(error)
    if (!databaseError || !isBrokenRule(databaseError)) throw error
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT attempt`
    const [only, second] = inputs
    if (second !== undefined) return undefined
    const invalid = constraintErrorOf(databaseError, only)
    if (!invalid) throw error
    return [invalid]
  }
}

async function createOneByOne(tx: Transaction, inputs: readonly unknown[]): Promise<(string | Invalid)[]> {
  const results: (string | Invalid)[] = []
  for (const input of inputs) results.push(...((await attempt(tx, [input])) ?? []))
  return results
}
