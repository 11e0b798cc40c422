// The log of the embedded server: PostgreSQL appends to it, and does not rotate it.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'

const MAX_BYTES = 10 * 1024 * 1024
const KEPT_BYTES = 1024 * 1024
const CHECK_MS = 5000

/**
 * What is left out of the log. A statement that fails may be long, and holds what callers sent; the service logs each failure
 * itself.
 */
export const logSettings = {
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
}

/** Keeps the log short until the returned function is called. */
export function limitLogSize(file: string): () => void {
  const clock = setInterval(() => truncateLog(file), CHECK_MS).unref()
  return () => clearInterval(clock)
}

/** Cuts a log that has grown too large down to its end. The server goes on writing to the same file. */
export function truncateLog(file: string): void {
  let log: number | undefined
  try {
    // The account of PostgreSQL may write to the folder: a link of its making must not lead elsewhere.
    log = openSync(file, constants.O_RDWR | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0))
    const { size } = fstatSync(log)
    if (size <= MAX_BYTES) return
    const end = Buffer.alloc(KEPT_BYTES)
    const length = readSync(log, end, 0, KEPT_BYTES, size - KEPT_BYTES)
    ftruncateSync(log, 0)
    writeSync(log, end.subarray(end.indexOf('\n') + 1, length))
  } catch {
    // There is no log yet, or no space to write it: the next check tries again.
  } finally {
    if (log !== undefined) closeSync(log)
  }
}
