import type { Config } from '../config.ts'
import { db } from '../db/client.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { UserError } from '../domain/errors.ts'
import { isUuid, readIdOf, writeId } from '../domain/id.ts'
import { Invalid } from '../domain/mutation-error.ts'
import { eraseActor } from '../store/edit/erasure.ts'
import { setErasureKey } from '../store/erasure/tombstone.ts'
import type { Erasure } from '../store/erasure.ts'
import { write } from '../store/write.ts'
import { print } from './print.ts'

export interface EraseFlags {
  reason?: string | number
  confirm?: boolean
  /** One place, or several. */
  keep?: string | string[]
  /** One name, or several. */
  also?: string | string[]
}

const DAY_MS = 24 * 3_600_000

/** Erases a person of the configured database, or shows what that would do. Prints the rows and texts to standard output. */
export async function erase(config: Config, person: string, flags: EraseFlags): Promise<void> {
  if (flags.reason === undefined)
    throw new UserError('There is no reason: pass one, such as --reason "request 12 of 2026-11-30".')
  setErasureKey(config.erasureKey)
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    await database.migrate()
    const input = {
      id: writeId('Person', await findPerson(person)),
      reason: String(flags.reason),
      confirm: flags.confirm === true,
      keep: [flags.keep ?? []].flat().map(String),
      also: [flags.also ?? []].flat().map(String),
    }
    const limits = { maxWait: DAY_MS, timeout: DAY_MS }
    printErasure(await write('dateline erase', (tx) => eraseActor(tx, input), limits).catch(inWords))
  } finally {
    await database.close()
  }
}

/** Returns the UUID of a person, from an id of the API, a UUID or a slug. Whether it is a person is checked later. */
async function findPerson(text: string): Promise<string> {
  if (isUuid(text)) return text
  const bySlug = await db.actor.findUnique({ where: { slug: text }, select: { id: true } })
  if (bySlug) return bySlug.id
  try {
    return readIdOf(['Person'], text)
  } catch {
    throw new UserError(`There is no person "${text}": pass the id or the slug of a person.`)
  }
}

/** Throws the mistakes in the input as sentences. */
function inWords(error: unknown): never {
  if (!(error instanceof Invalid)) throw error
  throw new UserError(error.issues.map(({ path, message }) => `${path.join(' ')} ${message}`).join('\n'))
}

function printErasure({ isErased, rows, mentions }: Erasure): void {
  const out = (line: string) => process.stdout.write(`${line}\n`)
  out(isErased ? 'Deleted:' : 'Would be deleted:')
  for (const { table, count } of rows)
    out(table === 'Change' ? `  ${count} entries of the change log, which lose their content` : `  ${count} ${table}`)
  if (mentions.length > 0) out(isErased ? 'Texts with a name:' : 'Texts with a name, and how they would read:')
  for (const { place, text, redacted, isKept, count } of mentions) {
    out(`  ${place}${count > 1 ? ` (${count} times, with the change log)` : ''}`)
    out(`    ${JSON.stringify(text)}`)
    out(isKept ? '    stays' : `    ${redacted === null ? 'is removed' : JSON.stringify(redacted)}`)
  }
  print(
    isErased
      ? 'The person was erased. docs/operating.md says what to do with exports, backups and the files of the database.'
      : 'Nothing was changed. Pass --confirm to erase the person, and --keep <place> for each text that names a namesake.',
  )
}
