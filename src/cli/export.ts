import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { UserError } from '../domain/errors.ts'
import { exportLines } from '../export/export.ts'
import { print } from './print.ts'

/** Writes all records of the configured database as lines of JSON to a file. Default: standard output. */
export async function exportAll(config: Config, file: string | undefined): Promise<void> {
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    await database.migrate()
    let count = 0
    const lines = async function* () {
      for await (const line of exportLines()) {
        count++
        yield `${line}\n`
      }
    }
    await pipeline(lines, file ? createWriteStream(file) : process.stdout, { end: file !== undefined }).catch(
      (error: NodeJS.ErrnoException) => {
        // The reader of standard output, such as "head", closed the pipe.
        if (error.code === 'EPIPE') return
        if (error.path) throw new UserError(`The file ${file} cannot be written (${error.code}): pass another file.`)
        throw error
      },
    )
    print(`${count} records written.`)
  } finally {
    await database.close()
  }
}
