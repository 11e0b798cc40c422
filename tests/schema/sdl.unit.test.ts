import { readFileSync } from 'node:fs'
import { printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'

test('schema.graphql is what the code says; "npm run sdl" writes it anew', () => {
  expect(`${printSchema(schema)}\n`).toBe(readFileSync('schema.graphql', 'utf8'))
})
