// The built commands. Each run of the tests builds them once from the current sources.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const ROOT = path.resolve(import.meta.dirname, '..')

/** The arguments for Node that run the `dateline` command. */
export const DATELINE: readonly string[] = [path.join(ROOT, 'dist/cli/dateline.js')]

/** Updates `dist`, in a second if nothing has changed. Type errors are printed and ignored. */
export async function build(): Promise<void> {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT }).catch(
    ({ stdout, message }: { stdout?: string; message: string }) => console.error(stdout || message),
  )
}
