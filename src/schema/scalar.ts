import { GraphQLError, type ValueNode, valueFromASTUntyped } from 'graphql'
import { isDay } from '../domain/date.ts'
import { builder } from './builder.ts'

const rfc3339 = 'https://datatracker.ietf.org/doc/html/rfc3339#section-5.6'

builder.scalarType('Date', {
  description:
    'A calendar day as `YYYY-MM-DD` (`full-date` of RFC 3339), from 0001-01-01 to 9999-12-31, without a time zone.',
  specifiedByURL: rfc3339,
  serialize: (day) => day.toISOString().slice(0, 10),
  ...parsers((text) => {
    if (typeof text !== 'string' || !isDay(text))
      throw invalidValue('A Date must be a calendar day as YYYY-MM-DD: pass one such as "2025-12-31".')
    return new Date(text)
  }),
})

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i

builder.scalarType('DateTime', {
  description:
    'A point in time (`date-time` of RFC 3339), such as `2025-12-31T12:00:00.000Z`. Output is in UTC with milliseconds; input may have any offset, and needs seconds.',
  specifiedByURL: rfc3339,
  serialize: (moment) => moment.toISOString(),
  ...parsers((text) => {
    const moment =
      typeof text === 'string' && instantPattern.test(text) && isDay(text.slice(0, 10))
        ? new Date(text.toUpperCase())
        : undefined
    if (!moment || Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < 1 || moment.getUTCFullYear() > 9999)
      throw invalidValue('A DateTime must be a point in time of RFC 3339: pass one such as "2025-12-31T12:00:00Z".')
    return moment
  }),
})

builder.scalarType('JSON', {
  description: 'Any JSON value. Output only.',
  serialize: (value) => value,
  ...parsers(() => {
    throw invalidValue('The scalar JSON is output only: remove the value.')
  }),
})

/** Returns the functions that read a value and a literal. An error of a literal has its location. */
function parsers<T>(parse: (value: unknown) => T) {
  return {
    parseValue: parse,
    parseLiteral: (node: ValueNode, variables?: Record<string, unknown> | null): T => {
      try {
        return parse(valueFromASTUntyped(node, variables))
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        throw new GraphQLError(error.message, { nodes: node, extensions: error.extensions })
      }
    },
  }
}

/** Returns the error for an invalid value. graphql-js keeps the message and the code of a GraphQLError only. */
const invalidValue = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
