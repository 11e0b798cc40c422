// Removes names of the schema from error messages, for a service with introspection disabled.
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

/** The parts of a request whose names may occur in its errors. */
interface SentRequest {
  document: DocumentNode
  operationName?: string | null
  variableValues?: unknown
}

/** Replaces the message of an error that contains names of the schema which the request does not contain. */
export type HideNames = (error: GraphQLError, sent: SentRequest) => GraphQLError

/** Creates a function that removes names of the schema from errors, except those in the request. */
export function createNameHider(schema: GraphQLSchema): HideNames {
  const names = namesOf(schema)
  return (error, sent) => {
    const message = error.message.replace(/ Did you mean [^?]*\?/, '')
    const known = wordsOf(sent)
    const namesSchema = namesIn(message).some((name) => names.has(name) && !known.has(name))
    if (!namesSchema && message === error.message) return error
    return withMessage(error, namesSchema ? withoutNames(message, known) : message)
  }
}

/** Returns the possible names in a message: quoted texts, and words with capital letters or underscores. */
function namesIn(message: string): string[] {
  const quoted = [...message.matchAll(/"[[$@]*([\w.]+)[!\]]*"/g)].flatMap(([, path = '']) => path.split('.'))
  const words = message.match(/[A-Za-z_]\w*/g) ?? []
  return [...quoted, ...words.filter((word) => /[A-Z_]/.test(word))]
}

const NOT_VALID =
  'This part of the request does not match the schema: correct it, or request the schema from the operator of this service.'

/** Matches the starts of messages that contain only names from the request. */
const safeStart = /^(?:(?:Cannot query field|Unknown argument) "(\w+)"|Variable "\$(\w+)" got invalid value)/

function withoutNames(message: string, known: ReadonlySet<string>): string {
  const [start, name = '', variable = ''] = safeStart.exec(message) ?? []
  return start && known.has(name || variable) ? `${start}.` : NOT_VALID
}

/** Returns a copy of an error with another message. Leaves errors with an unexpected cause unchanged, because they are masked. */
function withMessage(error: GraphQLError, message: string): GraphQLError {
  const { nodes, path, extensions } = error
  const cause = causeOf(error)
  if (cause && !(cause instanceof UserError)) return error
  const originalError = cause instanceof UserError ? new UserError(message, cause.code) : undefined
  return new GraphQLError(message, { nodes, path, extensions, originalError })
}

/** Returns the innermost original error that is not a GraphQLError. */
function causeOf({ originalError: cause }: GraphQLError): Error | undefined {
  return cause instanceof GraphQLError ? causeOf(cause) : cause
}

/** Returns all words in a request, whether or not they are names of the schema. */
function wordsOf({ document, operationName, variableValues }: SentRequest): Set<string> {
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
