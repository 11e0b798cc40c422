/** npm forwards Ctrl-C, so one key press can send two signals. Signals within this time count as one, in milliseconds. */
const REPEATED_SIGNAL_MS = 500

/** Returns a signal that is aborted on SIGINT or SIGTERM. A second one ends the process immediately. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  let first = Number.POSITIVE_INFINITY
  const onSignal = () => {
    if (performance.now() - first > REPEATED_SIGNAL_MS) process.exit(1)
    if (stop.signal.aborted) return
    first = performance.now()
    stop.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return stop.signal
}
