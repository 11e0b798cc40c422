// Computes the share of the suite's operations that have a prepared statement. Each test file writes its counts, and
// the end of the run adds them up.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface PreparedRate {
  answered: number
  prepared: number
}

/** The minimum share of prepared operations. */
const LEAST = 0.95

export const makeRates = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'dateline-tallies-'))

export async function writeRate(folder: string, rate: PreparedRate): Promise<void> {
  await writeFile(path.join(folder, `${process.pid}-${Date.now()}.json`), JSON.stringify(rate))
}

/** Prints the share, and fails the run if it is too small. */
export async function reportRates(folder: string): Promise<void> {
  const sum: PreparedRate = { answered: 0, prepared: 0 }
  for (const file of await readdir(folder)) {
    const { answered, prepared } = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as PreparedRate
    sum.answered += answered
    sum.prepared += prepared
  }
  await rm(folder, { recursive: true })
  if (sum.answered === 0) return
  const share = `${sum.prepared} of the ${sum.answered} operations answered were prepared`
  console.info(`${share} (${((100 * sum.prepared) / sum.answered).toFixed(1)} %).`)
  if (sum.prepared < LEAST * sum.answered) throw new Error(`Only ${share}: at least ${LEAST * 100} % have to be.`)
}
