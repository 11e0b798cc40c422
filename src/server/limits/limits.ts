import { GraphQLError } from 'graphql'

/** The limits of one request or WebSocket connection. */
export interface Limits {
  /** Bytes of a request body or a WebSocket frame. */
  body: number
  /** Tokens of a document. */
  tokens: number
  /** Fields of an operation, after fragments are expanded. */
  fields: number
  /** Occurrences of one response name in one selection set. */
  repeats: number
  aliases: number
  directives: number
  /** Levels of fields. `edges`, `node` and `nodes` do not count. */
  depth: number
  /** The highest price of an operation, in points. */
  cost: number
  /** Items of a list in the input. */
  items: number
  /** Levels of lists and objects in an input value. */
  nesting: number
  /** Open operations of one WebSocket connection. */
  subscriptions: number
}

export const defaultLimits: Limits = {
  body: 100_000,
  tokens: 1000,
  fields: 300,
  repeats: 10,
  aliases: 300,
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
  /** Undefined if counting stopped at the limit. */
  requested?: number
  /** The part of the operation that exceeds the limit, as a response path. */
  path?: string
}

/** Creates the error for a request that exceeds a limit. Its extensions contain the limit, its value and the requested value. */
export function limitError(
  message: string,
  { limit, allowed, requested, path }: LimitDetails,
  code = 'LIMIT_EXCEEDED',
): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code, limit, allowed, requested, path, http: { spec: true, status: 400 } },
  })
}

/** Formats a number for a message, such as 25,000. */
export const formatCount = (count: number): string => count.toLocaleString('en-US')
