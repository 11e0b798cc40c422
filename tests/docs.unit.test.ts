import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { environment } from '../src/config.ts'

const docs = new URL('../docs/', import.meta.url)
const read = (page: string) => readFileSync(new URL(page, docs), 'utf8')
const pagesIn = (folder: string) => readdirSync(new URL(folder, docs)).filter((name) => name.endsWith('.md'))

/** Returns a default as the page prints it. A setting without a default may name the setting that replaces it. */
function defaultOf(setting: z.ZodType): unknown {
  if (setting instanceof z.ZodDefault) return `\`${setting.def.defaultValue}\``
  return expect.stringMatching(/^(–|as `[A-Z_]+`)$/)
}

test('settings.md lists each setting with its default, and no other setting', () => {
  const documented = [...read('settings.md').matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, name, value]) => [
    name,
    value,
  ])
  const settings = Object.entries(environment.shape).map(([name, setting]) => [name, defaultOf(setting)])
  expect(settings.length).toBeGreaterThan(5)
  expect(documented.sort()).toEqual(settings.sort())
})

test('docs/README.md links to every page', () => {
  for (const page of pagesIn('.')) if (page !== 'README.md') expect(read('README.md')).toContain(`](${page})`)
})

test('architecture.md names every folder of src', () => {
  const src = new URL('../src/', import.meta.url)
  const folders = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) =>
      path.join('src', path.relative(fileURLToPath(src), parentPath), name).replaceAll(path.sep, '/'),
    )
    .filter((folder) => !folder.startsWith('src/db/generated'))
  expect(folders.length).toBeGreaterThan(20)
  for (const folder of folders) expect(read('architecture.md')).toContain(`\`${folder}\``)
})

test('architecture.md describes every file of src', () => {
  const described = read('architecture.md')
    .split(/^### /m)
    .flatMap((section) => {
      const folder = /^`(src[^`]*)`/.exec(section)?.[1]
      const names = [...section.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) => cell.split(', '))
      return folder ? names.map((name) => `${folder}/${name.replaceAll('`', '')}`) : []
    })
  const src = new URL('../src/', import.meta.url)
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join('src', file.replaceAll(path.sep, '/')))
    .filter((file) => /\.(ts|js)$/.test(file) && !file.startsWith('src/db/generated/'))
  expect(described.sort()).toEqual(files.sort())
})

const decisions = pagesIn('decisions').filter((name) => name !== 'README.md')

test.each(decisions)('the decision %s has a number, a date and a status, and is in the index', (name) => {
  const number = Number(name.slice(0, 4))
  const [title, , line] = read(`decisions/${name}`).split('\n')
  expect(title).toMatch(new RegExp(`^# ${number}\\. `))
  expect(line).toMatch(/^Date: \d{4}-\d\d-\d\d\. Status: (accepted|superseded by \[\d+\]\([\w-]+\.md\))\./)
  expect(read('decisions/README.md')).toContain(`| [${number}](${name}) |`)
})
