import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    series: 'short' | 'long'
  }
}

/** Returns the length of a series of tests: `short` in `npm test`, `long` in `npm run test:long`. */
export const seriesOf = (short: number, long: number): number => (inject('series') === 'long' ? long : short)
