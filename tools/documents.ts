// Validates the GraphQL documents in Markdown, examples, the command `follow` and tests/documents against schema.graphql. A use of
// something deprecated is a mistake too. The .graphql files of a folder share their fragments.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { validate } from '@graphql-inspector/core'
import { buildSchema, type GraphQLSchema, parse, Source, visit } from 'graphql'

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

/** Returns one sentence for each mistake in documents that share their fragments. */
export function mistakesIn(schema: GraphQLSchema, ...documents: Source[]): string[] {
  const unreadable: string[] = []
  const fragments = new Map<string, string>()
  const spreads = new Map<string, string>()
  for (const document of documents)
    try {
      visit(parse(document), {
        FragmentDefinition: ({ name }) => void fragments.set(name.value, document.name),
        FragmentSpread: ({ name }) => void spreads.set(name.value, document.name),
      })
    } catch (error) {
      unreadable.push(`${document.name}: ${error instanceof Error ? error.message : error}`)
    }
  // GraphQL Inspector stops at an unknown fragment, and does not check one that is not used.
  const unknown = [...spreads].filter(([name]) => !fragments.has(name))
  const unused = [...fragments].filter(([name]) => !spreads.has(name))
  const mistakes = [
    ...unreadable,
    ...unknown.map(([name, file]) => `${file}: Unknown fragment "${name}".`),
    ...unused.map(([name, file]) => `${file}: Fragment "${name}" is never used.`),
  ]
  if (mistakes.length > 0) return mistakes
  return validate(schema, documents, { strictDeprecated: true }).flatMap(({ source, errors, deprecated }) =>
    [...errors, ...deprecated].map(({ message }) => `${source.name}: ${message}`),
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
  const groups = new Map<string, Source[]>()
  for (const file of files)
    for (const document of documentsIn(file, readFileSync(file, 'utf8'))) {
      const group = file.endsWith('.graphql') ? path.dirname(file) : document.name
      groups.set(group, [...(groups.get(group) ?? []), document])
    }
  const mistakes = [...groups.values()].flatMap((documents) => mistakesIn(schema, ...documents))
  for (const mistake of mistakes) console.error(mistake)
  if (mistakes.length > 0) process.exitCode = 1
  else console.log(`${[...groups.values()].flat().length} documents are valid.`)
}
