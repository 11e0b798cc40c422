import { defineConfig } from 'vitest/config'

// Tests that pack the packages of this repository and install them in empty projects: `npm run test:packages`.
export default defineConfig({
  // As in vitest.config.ts, for the services that these tests start.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['packages/tests/**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    setupFiles: ['tests/setup.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 180_000,
    provide: { series: 'short' },
    // Packing the service builds it anew, so no other file may run it meanwhile.
    fileParallelism: false,
  },
})
