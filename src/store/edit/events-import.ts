// Many events at once, as pipelines write them.
import { Invalid, type Issue } from '../../domain/mutation-error.ts'
import { databaseErrorOf, isBrokenRule } from '../database-error.ts'
import type { Transaction } from '../rows.ts'
import { refusalOf } from '../rules/constraint.ts'
import { createEvents } from './event.ts'

export const MOST_EVENTS = 250

/** What came of one event: its id, or what is wrong with it. */
export type Imported = { event: string } | { issues: readonly Issue[] }

/** Adds events, leaving out those that are wrong; `atomic`, adds all of them or throws `Invalid` with all that is wrong. */
export async function importEvents(
  tx: Transaction,
  inputs: readonly unknown[],
  atomic: boolean,
): Promise<{ results: Imported[] }> {
  if (inputs.length === 0 || inputs.length > MOST_EVENTS) {
    const message = `must contain 1 to ${MOST_EVENTS} events, but contains ${inputs.length}: send them in parts.`
    throw new Invalid([{ path: [], message }])
  }
  const made = (await attempt(tx, inputs)) ?? (await oneByOne(tx, inputs))
  const wrong = made.flatMap((one, index) =>
    one instanceof Invalid ? one.issues.map(({ path, message }) => ({ path: [`${index}`, ...path], message })) : [],
  )
  if (atomic && wrong.length > 0) throw new Invalid(wrong)
  return { results: made.map((one) => (one instanceof Invalid ? { issues: one.issues } : { event: one })) }
}

/** All at once; undefined where the database refuses one of them, whichever that is. */
async function attempt(tx: Transaction, inputs: readonly unknown[]): Promise<(string | Invalid)[] | undefined> {
  await tx.$executeRaw`SAVEPOINT attempt`
  try {
    const made = await createEvents(tx, inputs)
    await tx.$executeRaw`RELEASE SAVEPOINT attempt`
    return made
  } catch (error) {
    const fault = databaseErrorOf(error)
    if (!fault || !isBrokenRule(fault)) throw error
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT attempt`
    const [only, more] = inputs
    if (more !== undefined) return undefined
    const refusal = refusalOf(fault, only)
    if (!refusal) throw error
    return [refusal]
  }
}

async function oneByOne(tx: Transaction, inputs: readonly unknown[]): Promise<(string | Invalid)[]> {
  const made: (string | Invalid)[] = []
  for (const input of inputs) made.push(...((await attempt(tx, [input])) ?? []))
  return made
}
