import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const filesOf = (...args: string[]): string[] => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', ...args], { encoding: 'utf8' })
  const [packed] = JSON.parse(output) as { files: { path: string }[] }[]
  return packed?.files.map(({ path }) => path) ?? []
}

test('the package of the client contains its modules with their types, and nothing else of the repository', () => {
  expect(filesOf('-w', '@dateline/client')).toEqual(['follow.d.ts', 'follow.js', 'package.json'])
})
