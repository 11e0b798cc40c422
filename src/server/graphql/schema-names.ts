// Keeps the names of the schema out of errors, for a service whose schema cannot be asked for.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  print,
} from 'graphql'
import { UserError } from '../../domain/errors.ts'

/** What a caller sent. */
interface Sent {
  document: DocumentNode
  operationName?: string | null
  variableValues?: unknown
}

/** Rewords an error that holds a name which the caller did not send. */
export type HideNames = (error: GraphQLError, sent: Sent) => GraphQLError

/** Rewords errors so that they hold no name of the schema but those that the caller sent. */
export function createNameHider(schema: GraphQLSchema): HideNames {
  const names = namesOf(schema)
  return (error, sent) => {
    const message = error.message.replace(/ Did you mean [^?]*\?/, '')
    const known = wordsOf(sent)
    const namesSchema = namesIn(message).some((name) => names.has(name) && !known.has(name))
    if (!namesSchema && message === error.message) return error
    return reworded(error, namesSchema ? withoutNames(message, known) : message)
  }
}

/** The names in a message: what stands in quotes, and what is written as no word of a sentence is. */
function namesIn(message: string): string[] {
  const quoted = [...message.matchAll(/"[[$@]*([\w.]+)[!\]]*"/g)].flatMap(([, path = '']) => path.split('.'))
  const words = message.match(/[A-Za-z_]\w*/g) ?? []
  return [...quoted, ...words.filter((word) => /[A-Z_]/.test(word))]
}

const NOT_VALID =
  'This part of the request does not match the schema: correct it, or request the schema from the operator of this service.'

/** The beginnings of messages that name only what the caller sent. */
const beginning = /^(?:(?:Cannot query field|Unknown argument) "(\w+)"|Variable "\$(\w+)" got invalid value)/

function withoutNames(message: string, known: ReadonlySet<string>): string {
  const [start, name = '', variable = ''] = beginning.exec(message) ?? []
  return start && known.has(name || variable) ? `${start}.` : NOT_VALID
}

/** The same error in other words. What is no mistake of the caller's is told by a code alone, and stays as it is. */
function reworded(error: GraphQLError, message: string): GraphQLError {
  const { nodes, path, extensions } = error
  const cause = causeOf(error)
  if (cause && !(cause instanceof UserError)) return error
  const originalError = cause instanceof UserError ? new UserError(message, cause.code) : undefined
  return new GraphQLError(message, { nodes, path, extensions, originalError })
}

/** What an error of GraphQL's came from, however often it was wrapped. */
function causeOf({ originalError: cause }: GraphQLError): Error | undefined {
  return cause instanceof GraphQLError ? causeOf(cause) : cause
}

/** All words of what a caller sent, whether or not they name something. */
function wordsOf({ document, operationName, variableValues }: Sent): Set<string> {
  const text = document.loc?.source.body ?? print(document)
  return new Set(`${text} ${operationName ?? ''} ${JSON.stringify(variableValues ?? {})}`.match(/[A-Za-z_]\w*/g))
}

function namesOf(schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (named: readonly { name: string; args?: readonly { name: string }[] }[]) => {
    for (const { name, args = [] } of named) for (const each of [name, ...args.map((arg) => arg.name)]) names.add(each)
  }
  add(schema.getDirectives())
  for (const type of Object.values(schema.getTypeMap())) {
    add([type])
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) add(Object.values(type.getFields()))
    if (isEnumType(type)) add(type.getValues())
  }
  return names
}
