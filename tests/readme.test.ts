import { readFileSync } from 'node:fs'
import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../src/schema/schema.ts'
import { ask } from './client.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text)

test("the README's tour has the answer that it shows", async () => {
  const { data, errors } = await ask(blocks('graphql')[0] ?? '')
  expect(errors).toBeUndefined()
  expect(data).toEqual(JSON.parse(blocks('json')[0] ?? ''))
})

test('every query in the README works', async () => {
  for (const query of blocks('graphql')) {
    if (/^(mutation|subscription)/.test(query)) expect(validate(schema, parse(query))).toEqual([])
    else expect((await ask(query)).errors).toBeUndefined()
  }
})
