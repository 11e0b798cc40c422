// Lists breaking and dangerous changes of the schema since a commit. docs/versioning.md says how to handle them.
import { execFileSync } from 'node:child_process'
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql'
import { schema } from '../src/schema/schema.ts'

const commit = process.argv[2] ?? 'main'
const before = buildSchema(execFileSync('git', ['show', `${commit}:schema.graphql`], { encoding: 'utf8' }))
for (const { description } of findBreakingChanges(before, schema)) console.log(`breaking: ${description}`)
for (const { description } of findDangerousChanges(before, schema)) console.log(`dangerous: ${description}`)
