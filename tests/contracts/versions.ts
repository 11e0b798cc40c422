import { createRequire } from 'node:module'
import { expect } from 'vitest'

const require = createRequire(import.meta.url)

/**
 * Fails if a package has another version than the one that a test was written for. Review the module, then update the
 * version here.
 */
export function expectVersions(versions: Record<string, string>): void {
  const { dependencies, devDependencies } = require('../../package.json')
  const installed: Record<string, string> = { ...dependencies, ...devDependencies }
  expect(Object.fromEntries(Object.keys(versions).map((name) => [name, installed[name]]))).toEqual(versions)
}
