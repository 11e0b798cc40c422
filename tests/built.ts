// The commands as they are shipped: built once for a run of the tests, from the sources as they are now.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const ROOT = path.resolve(import.meta.dirname, '..')

/** The arguments with which Node runs the `dateline` command. */
export const DATELINE: readonly string[] = [path.join(ROOT, 'dist/cli/dateline.js')]

/** Brings `dist` up to date; where nothing has changed it takes a second. Errors of types are told, and stop nothing. */
export async function build(): Promise<void> {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT }).catch(
    ({ stdout, message }: { stdout?: string; message: string }) => console.error(stdout || message),
  )
}
