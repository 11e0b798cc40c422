import { expect, test } from 'vitest'
import { mistakesIn } from '../../tools/links.ts'

const files = new Set([
  'README.md',
  'docs/limits.md',
  'src/changelog/tail.ts',
  'tests/changelog/order.test.ts',
  'tools/sdl.ts',
])
const inDocs = (text: string) => mistakesIn('docs/page.md', text, files)

test('links to files, folders, headings and addresses are accepted', () => {
  expect(
    inDocs('[a](limits.md), [b](../src/changelog), [c](../README.md#start), [d](https://example.org/x.md)'),
  ).toEqual([])
})

test.each(['[a](limit.md)', '[a](../docs)x [b](../tests/changelogs)', '[a](../README.md#no-such-heading)'])(
  'a dead link is reported: %s',
  (text) => {
    expect(inDocs(text)).toEqual([expect.stringMatching(/^docs\/page\.md:1: The link \S+ leads nowhere: /)])
  },
)

test('a file is found by its path, by its path in src, and by its name', () => {
  expect(
    inDocs(
      '`src/changelog/tail.ts`, `changelog/tail.ts`, `tail.ts`, `tests/changelog`, `src/<name>.ts`, `dist/main.js`',
    ),
  ).toEqual([])
})

test('an unknown file name is reported in Markdown and in comments, but not in code', () => {
  expect(inDocs('`changelog/tails.ts` and\n`src/changelogs`')).toEqual([
    'docs/page.md:1: There is no file changelog/tails.ts: correct the name, or remove it.',
    'docs/page.md:2: There is no file src/changelogs: correct the name, or remove it.',
  ])
  const code = ["import a from './nothing.ts'", 'see src/none.ts'].join(' // ')
  expect(mistakesIn('src/changelog/tail.ts', code, files)).toEqual([
    'src/changelog/tail.ts:1: There is no file src/none.ts: correct the name, or remove it.',
  ])
})

test('a page may name the files whose code it contains', () => {
  const code = ['`app/list.ts`:', '', '```ts', 'read()', '```', '', '`app/list.ts` and `list.ts` read.'].join('\n')
  expect(inDocs(code)).toEqual([])
  expect(inDocs(code.replace('```ts\n', ''))).not.toEqual([])
})

test('npx that downloads nothing may name the command', () => {
  expect(mistakesIn('page.md', 'npx --no dateline serve', new Set())).toEqual([])
})

test.each(['', ' -y'])('npx%s with the name of another package is refused in every file', (flags) => {
  const command = `npx${flags} dateline`
  expect(mistakesIn('src/changelog/tail.ts', `run('${command} list')`, files)).toHaveLength(1)
  expect(inDocs(`    ${command} list`)).toHaveLength(1)
})
