// Validates the GraphQL documents in Markdown, examples, the command `follow` and tests/documents against schema.graphql. A use of
// something deprecated is a mistake too.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { validate } from '@graphql-inspector/core'
import { buildSchema, type GraphQLSchema, parse, Source } from 'graphql'

const BLOCK = /^```graphql\n([\s\S]*?)^```/gm
/** A string in code that contains an operation. */
const TEXT = /(?:gql(?:<[^`]*>)?|[(=] )[`'](\s*(?:(?:query|mutation|subscription)\b[^`']*)?\{[^`']*\}\s*)[`']/g

/** Returns the documents in a file, each with the line in which it begins. */
export function documentsIn(file: string, text: string): Source[] {
  if (file.endsWith('.graphql')) return [new Source(text, file)]
  return [...text.matchAll(file.endsWith('.md') ? BLOCK : TEXT)].map((match) => {
    const [whole, document = ''] = match
    const before = text.slice(0, match.index + whole.indexOf(document))
    return new Source(document, `${file}:${before.split('\n').length}`)
  })
}

/** Returns one sentence for each mistake in a document. */
export function mistakesIn(schema: GraphQLSchema, document: Source): string[] {
  try {
    parse(document)
  } catch (error) {
    return [`${document.name}: ${error instanceof Error ? error.message : error}`]
  }
  return validate(schema, [document], { strictDeprecated: true }).flatMap(({ errors, deprecated }) =>
    [...errors, ...deprecated].map(({ message }) => `${document.name}: ${message}`),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const places = ['*.md', 'examples', 'src/cli/follow.ts', 'tests/documents']
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...places], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(md|ts|html|graphql)$/.test(file))
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))
  const documents = files.flatMap((file) => documentsIn(file, readFileSync(file, 'utf8')))
  const mistakes = documents.flatMap((document) => mistakesIn(schema, document))
  for (const mistake of mistakes) console.error(mistake)
  if (mistakes.length > 0) process.exitCode = 1
  else console.log(`${documents.length} documents are valid.`)
}
