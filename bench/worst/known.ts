// Values from the data that are useful as arguments. They are read through the API.
import { type GraphQLSchema, getNamedType, isLeafType } from 'graphql'
import { fieldsOf, type SchemaField } from './operation.ts'

/** Known values by their origin. */
export class Known {
  /** Texts by the name of their field, and global ids by the name of their type. */
  readonly texts = new Map<string, string[]>()
  readonly ids = new Map<string, string[]>()
  /** Cursors by their list. */
  readonly cursors = new Map<string, string[]>()

  /** Collects the cursors of an answer. */
  harvest(answer: string): void {
    for (const [, cursor = ''] of answer.matchAll(/"(?:cursor|endCursor|startCursor)":"([^"]+)"/g))
      this.addCursor(cursor)
  }

  addCursor(cursor: string, list = listOf(cursor)): void {
    const some = this.cursors.get(list) ?? []
    if (some.length < MOST && !some.includes(cursor)) some.push(cursor)
    this.cursors.set(list, some)
  }

  cursorsOf(list: string): string[] {
    return this.cursors.get(list) ?? []
  }
}

const MOST = 100
/** The key of the cursors of the change log. */
export const LOG = 'log'

/** Returns the name of the list in a cursor; a cursor of the change log contains none. */
function listOf(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  const list = text.match(/"(\w+\.\w+)"/)?.[1]
  return list ?? LOG
}

/** Queries a page of each root list, and collects its values. */
export async function learn(schema: GraphQLSchema, ask: (query: string) => Promise<string>): Promise<Known> {
  const known = new Known()
  const root = schema.getQueryType()
  for (const list of root ? fieldsOf(root) : []) {
    const edges = fieldsOf(getNamedType(list.type)).find(({ name }) => name === 'edges')
    const node = edges && fieldsOf(getNamedType(edges.type)).find(({ name }) => name === 'node')
    if (!node || list.args.some(({ type }) => String(type).endsWith('!'))) continue
    for (const page of ['first: 100', 'last: 100']) {
      if (!list.args.some(({ name }) => page.startsWith(name))) continue
      const plain = fieldsOf(getNamedType(node.type)).filter(isPlain)
      const fields = ['__typename', ...plain.map(({ name }) => name)].join(' ')
      const answer = await ask(`{ ${list.name}(${page}) { edges { cursor node { ${fields} } } } }`)
      known.harvest(answer)
      keep(known, answer, plain, getNamedType(node.type).name)
    }
  }
  return known
}

const isPlain = ({ args, type }: SchemaField) =>
  args.length === 0 && isLeafType(getNamedType(type)) && ['ID', 'String'].includes(getNamedType(type).name)

type Row = Record<string, string | null>

function keep(known: Known, answer: string, plain: SchemaField[], listed: string): void {
  const { data } = JSON.parse(answer) as { data?: Record<string, { edges: { node: Row }[] } | null> }
  for (const { node } of Object.values(data ?? {}).flatMap((list) => list?.edges ?? []))
    for (const { name, type } of plain) {
      const value = node[name]
      if (typeof value !== 'string' || !value) continue
      // The lists of an interface contain ids of the interface too.
      if (getNamedType(type).name === 'ID')
        for (const name of [node.__typename ?? '', listed]) add(known.ids, name, value)
      else add(known.texts, name, value)
    }
}

function add(to: Map<string, string[]>, key: string, value: string): void {
  const some = to.get(key) ?? []
  // Keeps at most 600 values, because list arguments are short.
  if (some.length < 600 && !some.includes(value)) some.push(value)
  to.set(key, some)
}
