#!/usr/bin/env node
import { cac } from 'cac'
import { readConfig } from '../config.ts'
import { serve } from '../main.ts'
import { migrateDatabase } from './migrate.ts'
import { say } from './say.ts'
import { seedDatabase } from './seed.ts'

const cli = cac('dateline')

cli
  .command('serve', 'Start the database if it is the embedded one, migrate, seed if empty, and serve the API')
  .action(run(serve))
cli.command('migrate', 'Bring the database up to date').action(run(migrateDatabase))
cli.command('seed', 'Bring in the countries and the facts of the first article').action(run(seedDatabase))
cli.help()

/** A command's work: its failure is a sentence on standard error and exit code 1. */
function run(work: (config: ReturnType<typeof readConfig>) => Promise<void>) {
  return async () => {
    try {
      await work(readConfig())
    } catch (error) {
      fail(error)
    }
  }
}

function fail(error: unknown): void {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

try {
  cli.parse(process.argv, { run: false })
  const unknown = cli.args[0]
  if (cli.matchedCommand) await cli.runMatchedCommand()
  else if (unknown) throw new Error(`There is no command "${unknown}": "dateline --help" lists them.`)
  else if (!cli.options.help) cli.outputHelp()
} catch (error) {
  fail(error)
}
