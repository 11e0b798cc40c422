import { readFileSync } from 'node:fs'
import { getVariableValues, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../src/schema/schema.ts'
import { ask } from './client.ts'

const pages = ['README.md', 'docs/reading.md', 'docs/writing.md']
const textOf = (page: string) => readFileSync(new URL(`../${page}`, import.meta.url), 'utf8')
const blocks = (language: string, page = 'README.md') =>
  [...textOf(page).matchAll(new RegExp(`^ *\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  )

test("the README's tour has the answer that it shows", async () => {
  const { data, errors } = await ask(blocks('graphql')[0] ?? '')
  expect(errors).toBeUndefined()
  expect(data).toEqual(JSON.parse(blocks('json')[0] ?? ''))
})

test.each(pages)('every query in %s works', async (page) => {
  expect(blocks('graphql', page)).not.toEqual([])
  for (const query of blocks('graphql', page)) {
    if (/^ *(mutation|subscription)/.test(query)) expect(validate(schema, parse(query))).toEqual([])
    else expect((await ask(query)).errors).toBeUndefined()
  }
})

test('the README has at most 1,200 words', () => {
  expect(textOf('README.md').split(/\s+/).length).toBeLessThanOrEqual(1200)
})

test('the variables in docs/writing.md are those of its mutation', () => {
  const [operation] = parse(blocks('graphql', 'docs/writing.md')[0] ?? '').definitions
  const variables = JSON.parse(blocks('json', 'docs/writing.md')[0] ?? '') as Record<string, unknown>
  const definitions = operation?.kind === 'OperationDefinition' ? operation.variableDefinitions : undefined
  const { errors } = getVariableValues(schema, definitions ?? [], variables)
  expect([definitions?.length, errors]).toEqual([1, undefined])
})
