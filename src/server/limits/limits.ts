import { GraphQLError } from 'graphql'

/** How much one request may ask for. */
export interface Limits {
  /** Bytes of a body, and of a WebSocket frame. */
  body: number
  /** Tokens of a document. */
  tokens: number
  /** Fields of an operation, with its fragments put in place. */
  fields: number
  /** Times that one name of the answer is asked for in one selection set. */
  repeats: number
  aliases: number
  directives: number
  /** Levels of fields; `edges`, `node` and `nodes` are none. */
  depth: number
  /** Points that an operation may cost. */
  cost: number
  /** Items of a list that is passed in. */
  items: number
  /** Levels of lists and objects in a value that is passed in. */
  nesting: number
  /** Operations that one WebSocket connection may have open. */
  subscriptions: number
}

export const defaultLimits: Limits = {
  body: 100_000,
  tokens: 1000,
  fields: 300,
  repeats: 10,
  aliases: 15,
  directives: 10,
  depth: 18,
  cost: 25_000,
  items: 250,
  nesting: 20,
  subscriptions: 100,
}

interface LimitDetails {
  limit: string
  allowed: number
  /** Undefined where counting ended at the limit. */
  requested?: number
  /** The part of the operation that is to blame, as a response path. */
  path?: string
}

/** A refusal of what asks for too much: it names the limit, its value, and what was asked for. */
export function limitError(
  message: string,
  { limit, allowed, requested, path }: LimitDetails,
  code = 'LIMIT_EXCEEDED',
): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, limit, allowed, requested, path, http: { spec: true, status: 400 } },
  })
}

/** A number as sentences have it, such as 25,000. */
export const formatCount = (count: number): string => count.toLocaleString('en-US')
