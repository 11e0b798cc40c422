/** Returns the ends of the 95 % confidence interval of the geometric mean of ratios, by Student's t on their logarithms. */
export function intervalOf(ratios: readonly number[]): [from: number, to: number] {
  const logs = ratios.map(Math.log)
  const mean = logs.reduce((sum, each) => sum + each, 0) / logs.length
  const variance = logs.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (logs.length - 1)
  const half = quantileOfT(logs.length - 1) * Math.sqrt(variance / logs.length)
  return [Math.exp(mean - half), Math.exp(mean + half)]
}

/** Returns the 97.5 % quantile of Student's t-distribution, by its expansion around the normal distribution. */
function quantileOfT(degrees: number): number {
  const z = 1.959964
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3
}
