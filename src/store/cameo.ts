import { readFileSync } from 'node:fs'
import { z } from 'zod'

const table = new URL('../../seed/data/cameo-goldstein.json', import.meta.url)

const scores = z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(table, 'utf8')))

/** Returns the Goldstein score of a CAMEO code, or of the nearest parent code that has one: 0355 has the score of 035. */
export function goldsteinOf(code: string): number | null {
  for (let length = code.length; length >= 2; length--) {
    const score = scores[code.slice(0, length)]
    if (score !== undefined) return score
  }
  return null
}
