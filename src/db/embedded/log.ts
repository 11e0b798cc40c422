// Limits the log of the embedded server. PostgreSQL appends to one file and does not rotate it.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'

const MAX_BYTES = 10 * 1024 * 1024
const REMAINING_BYTES = 1024 * 1024
const CHECK_MS = 5000

/**
 * Settings that exclude failed statements and their parameters from the log, because they may be long and contain input of
 * callers. The service logs each failure.
 */
export const logSettings = {
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
}

/** Limits the size of the log until the returned function is called. */
export function limitLogSize(file: string): () => void {
  const timer = setInterval(() => truncateLog(file), CHECK_MS).unref()
  return () => clearInterval(timer)
}

/** Truncates a log above `MAX_BYTES` to its last `REMAINING_BYTES`, in place, because the server keeps the file open. */
export function truncateLog(file: string): void {
  let log: number | undefined
  try {
    // O_NOFOLLOW: PostgreSQL's account may write to the folder, and could replace the log with a link to another file.
    log = openSync(file, constants.O_RDWR | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0))
    const { size } = fstatSync(log)
    if (size <= MAX_BYTES) return
    const end = Buffer.alloc(REMAINING_BYTES)
    const length = readSync(log, end, 0, REMAINING_BYTES, size - REMAINING_BYTES)
    ftruncateSync(log, 0)
    writeSync(log, end.subarray(end.indexOf('\n') + 1, length))
  } catch {
    // The log does not exist yet, or the disk is full. The next check tries again.
  } finally {
    if (log !== undefined) closeSync(log)
  }
}
