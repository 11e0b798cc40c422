import { buildSchema, type GraphQLSchema } from 'graphql'
import { print } from '../print.ts'
import { Chance } from '../search/chance.ts'
import { post } from './asker.ts'
import { Climb, type Goal, goals, type Tally } from './climb.ts'
import { type AttackClass, attackClasses, featuresOf, nicheOf, without } from './features.ts'
import { Generator } from './generator.ts'
import { learn } from './known.ts'
import { Mutator } from './mutate.ts'
import { shorten, write } from './operation.ts'
import { type Bench, cpuOfTrial, run, type Trial } from './trial.ts'
import { Values } from './values.ts'

export interface Found {
  /** The worst trials for each goal, one of each kind of operation. */
  worst: Record<Goal, Trial[]>
  tally: Tally
  /** The minutes until the first operation of each class of attacks; undefined if there was none. */
  classes: { name: string; minute?: number; example?: string }[]
  schema: GraphQLSchema
}

/**
 * The maximum length of an operation. The service rejects longer ones, and without a limit operations would keep
 * growing.
 */
const MOST_CHARACTERS = 150_000

interface SearchOptions {
  seed: number
  minutes: number
  /** A trial that took this CPU time, in milliseconds, has the worst possible rating. */
  capMs: number
}

/** Searches for the worst operations that a service permits, starting with random ones. */
export async function search(bench: Bench, { seed, minutes, capMs }: SearchOptions): Promise<Found> {
  const schema = buildSchema(await (await fetch(new URL('/schema.graphql', bench.url))).text())
  const known = await learn(schema, async (query) => (await post(bench.url, { query, variables: {} })).text)
  // A generator with a small seed returns small numbers first.
  const chance = new Chance(((seed * 7_919_993) % 2_147_483_646) + 1)
  const values = new Values(known, chance)
  const generator = new Generator(schema, values, chance)
  const mutator = new Mutator(generator, values, chance)
  const climb = new Climb({ generator, mutator, chance, capMs, nicheOf: (trial) => nicheOf(schema, trial) })
  const classes: Found['classes'] = attackClasses.map(({ name }) => ({ name }))
  const begun = performance.now()
  const minute = () => (performance.now() - begun) / 60_000
  let told = 0
  while (minute() < minutes) {
    const operation = climb.next()
    const written = write(schema, operation)
    if (JSON.stringify(written).length > MOST_CHARACTERS) {
      climb.skip('too long to be sent')
      continue
    }
    const at = performance.now()
    const { trial, text } = await run(bench, operation, written)
    climb.take(trial, performance.now() - at)
    known.harvest(text)
    for (const [i, attack] of attackClasses.entries()) {
      const found = classes[i]
      if (!found || found.minute !== undefined || !attack.isOf(trial, featuresOf(schema, operation), capMs)) continue
      if (!(await isCause(bench, schema, attack, trial))) continue
      found.minute = minute()
      found.example = shorten(trial.written)
      print(`Minute ${found.minute.toFixed(1)}: ${found.name}: ${found.example}`)
    }
    if (minute() - told < 1) continue
    told = minute()
    print(`Minute ${told.toFixed(0)}: ${summary(climb)}`)
  }
  const worst = { cpu: climb.worst('cpu'), worth: climb.worst('worth'), delay: climb.worst('delay', 'subscription') }
  return { worst, tally: climb.tally, classes, schema }
}

/** Returns whether an operation is harmless without the cause of its class of attacks. */
async function isCause(
  bench: Bench,
  schema: GraphQLSchema,
  { cause, goal }: AttackClass,
  trial: Trial,
): Promise<boolean> {
  const operation = without(schema, trial.operation, cause)
  const harmless = (await run(bench, operation, write(schema, operation))).trial
  return goals[goal](harmless) < goals[goal](trial) / 2
}

function summary(climb: Climb): string {
  const refused = [...climb.tally.refused.values()].reduce((sum, each) => sum + each, 0)
  const [worst] = climb.worst('cpu')
  const [late] = climb.worst('delay', 'subscription')
  const figures = `${worst ? cpuOfTrial(worst) : 0} ms of CPU, ${late?.delay?.toFixed(0) ?? 0} ms of delay`
  return `${climb.tally.tried} tried, ${refused} refused; the worst so far: ${figures}.`
}
