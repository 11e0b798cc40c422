// Represents an operation as a tree that can be changed, and prints it.
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql'

/** A field of an operation, with its arguments as JSON values. */
export interface Field {
  name: string
  /** The type of the inline fragment around it. */
  on?: string
  args: Record<string, unknown>
  fields: Field[]
}

export interface Operation {
  kind: 'query' | 'subscription'
  fields: Field[]
}

export interface Written {
  query: string
  variables: Record<string, unknown>
}

export type SchemaField = GraphQLField<unknown, unknown>

/** A field in its context: its parent type, its declaration and its siblings. */
export interface Place {
  field: Field
  parent: GraphQLNamedType
  declared: SchemaField
  siblings: Field[]
  depth: number
}

export const rootOf = (schema: GraphQLSchema, { kind }: Operation): GraphQLNamedType =>
  (kind === 'query' ? schema.getQueryType() : schema.getSubscriptionType()) as GraphQLNamedType

export const fieldsOf = (type: GraphQLNamedType): SchemaField[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []

/** Returns all fields of an operation. */
export function placesOf(schema: GraphQLSchema, operation: Operation): Place[] {
  const below = (siblings: Field[], type: GraphQLNamedType, depth: number): Place[] =>
    siblings.flatMap((field) => {
      const parent = (field.on && schema.getType(field.on)) || type
      const declared = fieldsOf(parent).find(({ name }) => name === field.name)
      if (!declared) return []
      return [
        { field, parent, declared, siblings, depth },
        ...below(field.fields, getNamedType(declared.type), depth + 1),
      ]
    })
  return below(operation.fields, rootOf(schema, operation), 0)
}

/** Returns the document and its variables. Each argument is a variable; equal arguments share one. */
export function write(schema: GraphQLSchema, operation: Operation): Written {
  const variables = new Map<string, { name: string; type: string; value: unknown }>()
  const variable = (type: string, value: unknown) => {
    const key = `${type} ${JSON.stringify(value)}`
    const known = variables.get(key) ?? { name: `v${variables.size}`, type, value }
    variables.set(key, known)
    return `$${known.name}`
  }
  const selection = (fields: Field[], type: GraphQLNamedType): string => {
    const used = new Map<string, number>()
    const parts = fields.flatMap((field) => {
      const parent = (field.on && schema.getType(field.on)) || type
      const declared = fieldsOf(parent).find(({ name }) => name === field.name)
      if (!declared) return []
      const times = used.get(field.name) ?? 0
      const isLeaf = isLeafType(getNamedType(declared.type))
      if (times > 0 && isLeaf && declared.args.length === 0) return []
      used.set(field.name, times + 1)
      const args = Object.entries(field.args).flatMap(([name, value]) => {
        const declaration = declared.args.find((arg) => arg.name === name)
        return declaration ? [`${name}: ${variable(String(declaration.type), value)}`] : []
      })
      const alias = times > 0 ? `${field.name}${times}: ` : ''
      const inner = isLeaf ? '' : ` ${selection(field.fields, getNamedType(declared.type))}`
      const text = `${alias}${field.name}${args.length ? `(${args.join(', ')})` : ''}${inner}`
      return [field.on ? `... on ${field.on} { ${text} }` : text]
    })
    return `{ ${parts.join(' ') || '__typename'} }`
  }
  const body = selection(operation.fields, rootOf(schema, operation))
  const all = [...variables.values()]
  const declarations = all.length ? `(${all.map(({ name, type }) => `$${name}: ${type}`).join(', ')})` : ''
  return {
    query: `${operation.kind} Worst${declarations} ${body}`,
    variables: Object.fromEntries(all.map(({ name, value }) => [name, value])),
  }
}

/** Returns the operation on one line: arguments in place of variables, long values truncated. */
export function shorten({ query, variables }: Written, length = 300): string {
  const value = (name: string) => {
    const text = JSON.stringify(variables[name])?.replace(/"(\w+)":/g, '$1: ') ?? 'null'
    return text.length > 160 ? `${text.slice(0, 160)}…` : text
  }
  const text = query.replace(/^(\w+) Worst(\(.*?\))? /, '$1 ').replace(/\$(v\d+)/g, (_, name: string) => value(name))
  return text.length > length ? `${text.slice(0, length)}…` : text
}
