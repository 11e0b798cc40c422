import { GraphQLError } from 'graphql'
import { isDay } from '../domain/date.ts'
import { builder } from './builder.ts'

builder.scalarType('Date', {
  description: 'A day of the calendar as `YYYY-MM-DD`, from 0001-01-01 to 9999-12-31, without a zone.',
  serialize: (day) => day.toISOString().slice(0, 10),
  parseValue: (text) => {
    if (typeof text !== 'string' || !isDay(text))
      throw refusal('A Date has to be a day of the calendar as YYYY-MM-DD, such as "2025-12-31".')
    return new Date(text)
  },
})

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

builder.scalarType('DateTime', {
  description: 'A moment in UTC as ISO 8601 with milliseconds, such as `2025-12-31T12:00:00.000Z`; any offset is read.',
  serialize: (moment) => moment.toISOString(),
  parseValue: (text) => {
    const moment =
      typeof text === 'string' && instant.test(text) && isDay(text.slice(0, 10)) ? new Date(text) : undefined
    if (!moment || Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < 1 || moment.getUTCFullYear() > 9999)
      throw refusal('A DateTime has to be a moment as ISO 8601, such as "2025-12-31T12:00:00Z".')
    return moment
  },
})

builder.scalarType('JSON', {
  description: 'Any JSON value, as it was kept. Only given, never taken.',
  serialize: (value) => value,
  parseValue: () => {
    throw refusal('A JSON value cannot be passed.')
  },
})

/** Graphql words only its own errors as they are, and keeps their code. */
const refusal = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
