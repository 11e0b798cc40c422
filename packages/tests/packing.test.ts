import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const filesOf = (...args: string[]): string[] => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', ...args], { encoding: 'utf8' })
  const [packed] = JSON.parse(output) as { files: { path: string }[] }[]
  return packed?.files.map(({ path }) => path) ?? []
}

test('the package of the client contains its modules with their types, and nothing else of the repository', () => {
  expect(filesOf('-w', '@dateline/client')).toEqual([
    'LICENSE',
    'README.md',
    'apollo.d.ts',
    'apollo.js',
    'dates.d.ts',
    'dates.js',
    'follow.d.ts',
    'follow.js',
    'generated/dates.d.ts',
    'generated/introspection.js',
    'generated/types.js',
    'graphcache.d.ts',
    'graphcache.js',
    'package.json',
    'persisted.d.ts',
    'persisted.js',
    'possible-types.d.ts',
    'possible-types.js',
    'relay.d.ts',
    'relay.js',
    'schema.graphql',
  ])
})
