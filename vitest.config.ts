import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/sequencer.ts'

/** Tests that need no database. */
const unit = 'tests/**/*.unit.test.ts'

// `--mode long`, as in `npm run test:long`, makes the series of tests long.
/** Passed to each project itself: a project reads the shared settings anew, without the mode of the command line. */
const seriesIn = (mode: string) => ({ series: mode === 'long' ? ('long' as const) : ('short' as const) })

export default defineConfig(({ mode }) => ({
  // Without it a second copy of graphql is loaded beside the one that the libraries use, and its types do not match.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    // Many tests wait for a process or a connection: two workers more than there are cores on a small machine.
    maxWorkers: 4,
    // Files share a process, so that the schema is loaded once in each; tests/setup.ts gives every file its own database.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: [unit], provide: seriesIn(mode) } },
      {
        extends: true,
        test: {
          name: 'database',
          provide: seriesIn(mode),
          include: ['tests/**/*.test.ts'],
          // A minute of one worker: `npm run test:chaos:short` runs it, and so does CI.
          exclude: mode === 'chaos' || mode === 'long' ? [unit] : [unit, 'tests/chaos/**'],
          globalSetup: ['tests/global-setup.ts'],
          setupFiles: ['tests/setup.ts'],
        },
      },
    ],
  },
}))
