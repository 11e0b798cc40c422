import { readFileSync } from 'node:fs'
import { printSchema } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'

test('schema.graphql matches the code; "npm run sdl" writes it', () => {
  expect(`${printSchema(schema)}\n`).toBe(readFileSync('schema.graphql', 'utf8'))
})
