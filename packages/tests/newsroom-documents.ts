// The documents in examples/newsroom: each operation with its fragments, and all of them as the modules of a project for Relay.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql'

const folder = new URL('../../examples/newsroom/', import.meta.url)

type Definition = OperationDefinitionNode | FragmentDefinitionNode

/** The definitions of each file, by the name of the file without its ending. */
const files = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file): [string, Definition[]] => [
      path.basename(file, '.graphql'),
      parse(readFileSync(new URL(file, folder), 'utf8'), { noLocation: true }).definitions as Definition[],
    ]),
)
const definitions = new Map(
  [...files.values()].flat().map((each): [string, Definition] => [each.name?.value ?? '', each]),
)

/** The names of all operations. */
export const operationNames = [...definitions.keys()].filter(
  (name) => definitions.get(name)?.kind === Kind.OPERATION_DEFINITION,
)

function definition(name: string): Definition {
  const found = definitions.get(name)
  if (!found) throw new Error(`examples/newsroom has no operation or fragment "${name}".`)
  return found
}

const documents = new Map<string, DocumentNode>()

/** Returns an operation or a fragment with all fragments that it needs: always the same object, as clients expect it. */
export function documentOf(name: string): DocumentNode {
  const known = documents.get(name)
  if (known) return known
  const needed = new Set<Definition>()
  const add = (each: string) => {
    const found = definition(each)
    if (needed.has(found)) return
    needed.add(found)
    visit(found, { FragmentSpread: (spread) => add(spread.name.value) })
  }
  add(name)
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...needed] }
  documents.set(name, document)
  return document
}

/** Adds `@connection` to the lists that grow. It is a directive of Relay alone, so the documents do not have it. */
function withConnections(fragment: Definition): string {
  const growing: Record<string, string> = { TimelinePast: 'past', TimelineComing: 'coming' }
  const name = fragment.name?.value ?? ''
  const document = visit(fragment, {
    Field: (field) => {
      if (!growing[name] || field.alias?.value !== growing[name]) return undefined
      const [directive] =
        (
          parse(`{ a @connection(key: "${name}_${growing[name]}") }`, { noLocation: true })
            .definitions[0] as OperationDefinitionNode
        ).selectionSet.selections[0]?.directives ?? []
      return directive && { ...field, directives: [directive] }
    },
  })
  return print(document)
}

/** Returns the files of a project for Relay: a module for each file. */
export function relayModules(): Record<string, string> {
  return Object.fromEntries(
    [...files].map(([file, each]) => [
      `src/${file}.js`,
      `import { graphql } from 'relay-runtime'\n${each.map((one) => `graphql\`\n${withConnections(one)}\n\`\n`).join('')}`,
    ]),
  )
}
