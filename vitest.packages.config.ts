import { defineConfig } from 'vitest/config'

// Tests that pack the packages of this repository and install them in empty projects: `npm run test:packages`.
export default defineConfig({
  test: {
    include: ['packages/tests/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Packing the service builds it anew, so no other file may run it meanwhile.
    fileParallelism: false,
  },
})
