import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    series: 'short' | 'long'
  }
}

/** How long a series of tests is: the first number in `npm test`, the second in `npm run test:long`. */
export const seriesOf = (short: number, long: number): number => (inject('series') === 'long' ? long : short)
