#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { cac } from 'cac'
import { type Config, readConfig } from '../config.ts'
import { standardInput } from '../import/input.ts'
import type { FollowFlags } from './follow.ts'
import type { ImportFlags } from './import.ts'
import type { KeyOptions } from './key.ts'
import { say } from './say.ts'

const cli = cac('dateline')

// Each command loads its own part alone, as the whole takes a second to load.
cli
  .command('serve', 'Start the database if it is the embedded one, migrate, seed if empty, and serve the API')
  .action(async () => {
    await work((await import('../main.ts')).serve)
    // A statement that does not end would keep the process alive.
    process.exit()
  })
cli
  .command('migrate', 'Bring the database up to date')
  .action(async () => work((await import('./migrate.ts')).migrateDatabase))
cli
  .command('seed', 'Bring in the countries and the facts of the first article')
  .action(async () => work((await import('./seed.ts')).seedDatabase))
cli
  .command('key <action> [prefix]', 'Make, list or revoke API keys: key create, key list, key revoke <prefix>')
  .option('--name <text>', 'What a new key is for')
  .option('--scopes <list>', 'What it may do, with commas between: write, import, admin')
  .option('--expires <when>', 'When it ends: in days (90d) or with a day (2027-01-31); never without it')
  .action(async (action: string, prefix: string | undefined, options: KeyOptions) => {
    const { manageKeys } = await import('./key.ts')
    await manageKeys(readConfig(), action, prefix, options)
  })
cli
  .command(
    'import <format> <place>',
    'Import a file, a directory, or "-" for standard input: ofac, gdelt, ftm, opensanctions-csv, dateline',
  )
  .option('--as-of <date>', 'The day whose state the input shows, such as 2021-07-07; today where it is left out')
  .option('--dry-run', 'Say what would come of it, and change nothing')
  .option('--limit <n>', 'Read so many rows at most')
  .option('--rejections <file>', 'Where to write the rows that are refused', { default: 'rejections.ndjson' })
  .action(async (format: string, place: string, flags: ImportFlags) => {
    const { importPlace } = await import('./import.ts')
    await importPlace(readConfig(), format, place, flags)
  })
cli
  .command(
    'export [file]',
    'Write all that there is as one JSON record a line, as "import dateline" reads it; to standard output without a file',
  )
  .action(async (file: string | undefined) => (await import('./export.ts')).exportAll(readConfig(), file))
cli
  .command('follow', 'Print events as they are added: one line of JSON each, with its cursor')
  .option('--url <address>', 'Where the service is', {
    default: `http://localhost:${process.env.PORT || 4000}/graphql`,
  })
  .option('--where <json>', 'Which events, as the API takes it')
  .option('--after <cursor>', 'First what came after it; without it only what comes')
  .option('--key <key>', 'An API key, if one is needed')
  .action(async (flags: FollowFlags) => (await import('./follow.ts')).followEvents(flags))
cli
  .command('feed <action>', 'feed new-epoch: refuse all cursors given so far, after an older backup was restored')
  .action(async (action: string) => {
    const { manageFeed } = await import('./feed.ts')
    await manageFeed(readConfig(), action)
  })
cli.help()
cli.version(readVersion())

try {
  // A lone "-" means standard input; cac would take it for an option without a name.
  cli.parse(
    process.argv.map((word) => (word === '-' ? standardInput : word)),
    { run: false },
  )
  const [unknown] = cli.args
  if (cli.matchedCommand) await cli.runMatchedCommand()
  else if (!cli.options.help && !cli.options.version) {
    if (unknown) throw new Error(`There is no command "${unknown}": "dateline --help" lists them.`)
    cli.globalCommand.checkUnknownOptions()
    throw new Error('Say what to do, such as "dateline serve": "dateline --help" lists the rest.')
  }
} catch (error) {
  say(error instanceof Error ? inWords(error) : String(error))
  process.exitCode = 1
}

function work(command: (config: Config, tell: typeof say) => Promise<void>): Promise<void> {
  return command(readConfig(), say)
}

/** cac's own errors say what is wrong, not what to do. */
function inWords({ name, message }: Error): string {
  return name === 'CACError' ? `${message.replaceAll('`', '"')}: "dateline --help" lists what there is.` : message
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
