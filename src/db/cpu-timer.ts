/**
 * Starts to measure synchronous work. The returned function gives the processor time of the work so far, in milliseconds. Elapsed
 * time includes waiting for a processor; CPU time includes other threads. The smaller one is closer to the work.
 */
export function startCpuTimer(): () => number {
  const start = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return Math.min(performance.now() - start, (user + system) / 1000)
  }
}
