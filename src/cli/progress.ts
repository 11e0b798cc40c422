import { Presets, SingleBar } from 'cli-progress'
import type { Input } from '../import/pipeline/input.ts'
import type { ImportCounts } from '../store/import-run.ts'
import { print } from './print.ts'

/** The interval between lines without a terminal, in milliseconds. */
const INTERVAL_MS = 5000

/** Shows how much of an input has been read: a progress bar on a terminal, otherwise a line every 5 seconds. */
export function showProgress({ files }: Input): { show: (counts: Readonly<ImportCounts>) => void; stop: () => void } {
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const done = () => files.reduce((sum, { position }) => sum + position, 0)
  if (!process.stderr.isTTY) {
    let last = Date.now()
    const show = ({ read }: Readonly<ImportCounts>) => {
      if (Date.now() - last < INTERVAL_MS) return
      last = Date.now()
      // Rows that were kept from the first reading are not read again.
      const share = done() > 0 ? `, ${Math.floor((100 * done()) / Math.max(total, 1))} % of the input` : ''
      print(`${read} rows read${share}`)
    }
    return { show, stop: () => {} }
  }
  const format = '{bar} {percentage} % | {read} rows, {rejected} rejected | {duration_formatted}'
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic)
  bar.start(total, 0, { read: 0, rejected: 0 })
  return { show: ({ read, rejected }) => bar.update(done(), { read, rejected }), stop: () => bar.stop() }
}
