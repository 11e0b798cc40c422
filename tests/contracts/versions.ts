import { createRequire } from 'node:module'
import { expect } from 'vitest'

const require = createRequire(import.meta.url)

/** Fails when a package is not of the version that a test was written for: look at the module again, then name the new one. */
export function expectVersions(versions: Record<string, string>): void {
  const { dependencies, devDependencies } = require('../../package.json')
  const installed: Record<string, string> = { ...dependencies, ...devDependencies }
  expect(Object.fromEntries(Object.keys(versions).map((name) => [name, installed[name]]))).toEqual(versions)
}
