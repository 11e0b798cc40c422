import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the README has every setting', () => {
  const config = readFileSync(new URL('../src/config.ts', import.meta.url), 'utf8')
  const settings = [...config.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name)
  expect(settings.length).toBeGreaterThan(5)
  for (const name of settings) expect(readme).toContain(`| \`${name}\` |`)
})
