import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const filesOf = (...args: string[]): string[] => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', ...args], { encoding: 'utf8' })
  const [packed] = JSON.parse(output) as { files: { path: string }[] }[]
  return packed?.files.map(({ path }) => path) ?? []
}

test('the package of the client contains its modules with their types, and nothing else of the repository', () => {
  const modules = ['apollo', 'dates', 'follow', 'graphcache', 'persisted', 'possible-types', 'relay']
  const files = ['LICENSE', 'README.md', 'package.json', 'schema.graphql']
  files.push('generated/introspection.js', 'generated/types.js')
  for (const name of modules) files.push(`${name}.d.ts`, `${name}.js`)
  expect(filesOf('-w', '@dateline/client').sort()).toEqual(files.sort())
})
