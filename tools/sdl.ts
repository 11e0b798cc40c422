// Writes schema.graphql from the code, or checks that it matches the code.
import { readFile, writeFile } from 'node:fs/promises'
import { printSchema } from 'graphql'
import { schema } from '../src/schema/schema.ts'

const file = new URL('../schema.graphql', import.meta.url)
const sdl = `${printSchema(schema)}\n`

if (process.argv[2] === 'write') await writeFile(file, sdl)
else if ((await readFile(file, 'utf8')) !== sdl) {
  console.error('schema.graphql is out of date: run "npm run sdl" and review the difference.')
  process.exitCode = 2
}
