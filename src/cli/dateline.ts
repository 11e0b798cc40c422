#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { cac } from 'cac'
import { type Config, readConfig } from '../config.ts'
import { experimental } from '../import/formats/experimental.ts'
import { formatNames } from '../import/formats/format-names.ts'
import { standardInput } from '../import/pipeline/input.ts'
import type { EraseFlags } from './erase.ts'
import type { FollowFlags } from './follow.ts'
import type { ImportFlags } from './import.ts'
import type { KeyOptions } from './key.ts'
import { print, withoutControls } from './print.ts'

const cli = cac('dateline')

// Each command imports only the modules that it needs, because importing all of them takes a second.
cli
  .command(
    'serve',
    'Start the service: start the embedded database, migrate, seed an empty database, and serve the API',
  )
  .action(async () => {
    await work((await import('../main.ts')).serve)
    // A statement that does not end would keep the process alive.
    process.exit()
  })
cli
  .command('migrate', 'Apply all pending migrations to the database')
  .action(async () => work((await import('./migrate.ts')).migrateDatabase))
cli
  .command(
    'seed [...files]',
    'Import the countries and the facts of the first article, or the countries and the records of your own files',
  )
  .action(async (files: string[]) => (await import('./seed.ts')).seedDatabase(readConfig(), files))
cli
  .command('key <action> [prefix]', 'Manage API keys: key create, key list, key revoke <prefix>')
  .option('--name <text>', 'Purpose of the new key')
  .option('--scopes <list>', 'Scopes of the new key, separated by commas: write, import, admin')
  .option('--expires <when>', 'Expiry of the new key: a number of days (90d) or a date (2027-01-31). Default: never')
  .action(async (action: string, prefix: string | undefined, options: KeyOptions) => {
    const { manageKeys } = await import('./key.ts')
    await manageKeys(readConfig(), action, prefix, options)
  })
cli
  .command(
    'import <format> <place>',
    `Import a file, a directory, or "-" for standard input: ${formatNames.join(', ')}`,
  )
  .option(
    '--as-of <date>',
    'Day for which the input is valid, such as 2021-07-07. Default: the day in the file, or today',
  )
  .option('--dry-run', 'Print what the import would change, and write nothing')
  .option('--limit <n>', 'Maximum number of rows to read')
  .option('--max-delisted <percent>', 'Refuse a snapshot that would delist more of a list', { default: 20 })
  .option('--accept', 'Import the snapshot however much it delists')
  .option('--rejections <file>', 'File for the rejected rows', { default: 'rejections.ndjson' })
  .action(async (format: string, place: string, flags: ImportFlags) => {
    const { importPlace } = await import('./import.ts')
    await importPlace(readConfig(), format, place, flags)
  })
cli
  .command(
    'export [file]',
    'Write all records as JSON, one per line, in the format of "import dateline". This is no backup: the history is left out. Default: to standard output',
  )
  .action(async (file: string | undefined) => (await import('./export.ts')).exportAll(readConfig(), file))
cli
  .command('erase <person>', 'Show what erasing a person would delete, by id or slug; with --confirm, erase the person')
  .option('--reason <text>', 'Reason, which is kept, without a name of the person')
  .option('--keep <place>', 'Place of a text that stays, because it names a namesake. Can be repeated')
  .option('--also <name>', 'Further name that texts lose. Can be repeated')
  .option('--confirm', 'Erase the person. This cannot be undone')
  .action(async (person: string, flags: EraseFlags) => {
    const { erase } = await import('./erase.ts')
    await erase(readConfig(), String(person), flags)
  })
cli
  .command('follow', 'Print new events as JSON, one per line, each with its cursor')
  .option('--url <address>', 'URL of the API', {
    default: `http://localhost:${process.env.PORT || 4000}/graphql`,
  })
  .option('--where <json>', 'Conditions on the events, in the form that the API accepts')
  .option('--after <cursor>', 'Start after this cursor. Default: only new events')
  .option('--key <key>', 'API key, if the service requires one')
  .action(async (flags: FollowFlags) => (await import('./follow.ts')).followEvents(flags))
cli
  .command(
    'feed <action>',
    'Manage the change log: feed new-epoch makes all existing cursors invalid, after an older backup was restored',
  )
  .action(async (action: string) => {
    const { manageFeed } = await import('./feed.ts')
    await manageFeed(readConfig(), action)
  })
cli.help((sections) => {
  if (cli.matchedCommandName !== 'import') return
  sections.push({ title: 'Formats', body: `  ${formatNames.join(', ')}` })
  const sentences = Object.values(experimental).map((sentence) => `  ${sentence}`)
  sections.push({ title: 'Experimental formats', body: sentences.join('\n') })
})
cli.version(readVersion())

try {
  // "-" means standard input. cac would read it as an option without a name.
  cli.parse(
    process.argv.map((word) => (word === '-' ? standardInput : word)),
    { run: false },
  )
  const [unknown] = cli.args
  if (cli.matchedCommand) await cli.runMatchedCommand()
  else if (!cli.options.help && !cli.options.version) {
    if (unknown) throw new Error(`There is no command "${unknown}": run "dateline --help" for the list of commands.`)
    cli.globalCommand.checkUnknownOptions()
    throw new Error(
      'No command was given: pass one, such as "dateline serve", or run "dateline --help" for the list of commands.',
    )
  }
} catch (error) {
  print(withoutControls(error instanceof Error ? inWords(error) : String(error)))
  process.exitCode = 1
}

function work(command: (config: Config, tell: typeof print) => Promise<void>): Promise<void> {
  return command(readConfig(), print)
}

/** Returns an error's message. Adds what to do to the errors of cac, which only say what is wrong. */
function inWords({ name, message }: Error): string {
  return name === 'CACError'
    ? `${message.replaceAll('`', '"')}: run "dateline --help" for the list of commands and options.`
    : message
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
