import { reads } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { type Meaning, question } from '../plan/meaning.ts'
import { all, along, type Predicate } from '../plan/predicate.ts'
import { readSqlRows } from '../plan/sql-rows.ts'
import { listCondition } from '../plan/table.ts'
import { monthsSql, pairSql } from './bilateral.sql.ts'
import { builder } from './builder.ts'
import { Country, hasCode } from './country.ts'
import { rootConnection } from './declare/connection.ts'
import { describedEnum } from './declare/enum.ts'
import { whereOf } from './declare/table/input.ts'
import { Event, events, monthIsKnown } from './event.ts'
import { Sanction, sanctions } from './sanction.ts'
import { current } from './versioned.ts'

interface Pair {
  firstId: string
  secondId: string
}

const RelationInterval = describedEnum<'MONTH'>('RelationInterval', 'The length of time that one point stands for.', {
  MONTH: 'A month of the calendar.',
})

interface Month {
  month: string
  events: number
  meanGoldstein: number
}

const RelationPoint = builder.objectRef<Month>('RelationPoint').implement({
  description: 'How two countries stood to each other in a month.',
  fields: (t) => ({
    month: t.exposeString('month', { description: 'The month, such as "2025-03".' }),
    events: t.exposeInt('events', { description: 'How many events with a CAMEO code began in it.' }),
    meanGoldstein: t.exposeFloat('meanGoldstein', {
      description: 'The mean of their Goldstein scores, from -10 (hostile) to 10 (friendly), in hundredths.',
    }),
  }),
})

/** The events that both countries are in, by the join rows of the first. */
const common = {
  model: 'EventActor',
  on: all(
    { column: 'actorId', outer: 'firstId' },
    along(['event'], { relation: 'eventActors', has: 'some', where: { column: 'actorId', outer: 'secondId' } }),
  ),
  through: { relation: 'event', id: 'eventId', carries: { DATE: 'eventDate' } },
}

const sanctionsOf = (authority: string, target: string): Predicate =>
  all(
    { column: 'authorityId', outer: authority },
    { relation: 'targets', has: 'some', where: { column: 'actorId', outer: target } },
  )

/** The common events that have a score, and whose month is known. */
const askForMonths = ({ where }: { where?: unknown }) =>
  question([
    along(
      ['event'],
      all(
        listCondition(events, where as object | null | undefined),
        { column: 'goldstein', op: 'null', value: false },
        { not: { column: 'status', op: '=', value: 'CANCELLED' } },
        monthIsKnown,
      ),
    ),
  ])

const months = { is: 'sql', rows: monthsSql(common), ask: askForMonths } satisfies Meaning

const Bilateral = builder.objectRef<Pair>('Bilateral').implement({
  description: 'Two countries side by side.',
  fields: (t) => ({
    countries: t.prismaField({
      type: [Country],
      description: 'The two, in the order asked for.',
      extensions: { meaning: { is: 'records', model: 'Actor', columns: ['firstId', 'secondId'] } satisfies Meaning },
      resolve: async (query, { firstId, secondId }) => {
        const found = await reads.actor.findMany({ ...query, where: { id: { in: [firstId, secondId] } } })
        return found.sort((a) => (a.id === firstId ? -1 : 1))
      },
    }),
    events: rootConnection(t, 'Bilateral.events', Event, () => reads.eventActor, {
      description: 'The events that both are in: meetings and calls by their type, and all others. The latest first.',
      table: events,
      by: [{ field: 'DATE', direction: 'DESC' }],
      ...common,
    }),
    sanctions: rootConnection(t, 'Bilateral.sanctions', Sanction, () => reads.sanction, {
      description: 'The sanctions that one imposes on the other, the latest first.',
      table: sanctions,
      by: [{ field: 'DATE', direction: 'DESC' }],
      on: { any: [sanctionsOf('firstId', 'secondId'), sanctionsOf('secondId', 'firstId')] },
    }),
    relation: t.field({
      type: [RelationPoint],
      description:
        'How their relation moves, in order of time: their common events that have a CAMEO code, those that lie ahead among them, and those that were cancelled not. An event counts in the month in which its date begins, and nowhere where that is not known. A month without any is left out.',
      args: {
        where: t.arg({ type: whereOf('Event'), description: 'Which events to count; all of them without it.' }),
        by: t.arg({ type: RelationInterval, required: true, description: 'How long each point is.' }),
      },
      extensions: { meaning: months },
      resolve: (pair, args) => readSqlRows<Month>(months, args, pair),
    }),
  }),
})

function askForPair({ between }: { between: string[] }) {
  const [first, second] = between
  if (first === undefined || second === undefined || between.length > 2)
    throw new DomainError(`between has to name two countries, and names ${between.length}: pass ["BY", "US"].`)
  return question([all(hasCode(first), current), all(hasCode(second), current)])
}

const pair = { is: 'sql', rows: pairSql, ask: askForPair } satisfies Meaning

builder.queryField('bilateral', (t) =>
  t.field({
    type: Bilateral,
    nullable: true,
    description:
      'Two countries side by side: what they are both in, the sanctions of one on the other, and how their relation moves. Null where the codes are not those of two countries.',
    args: {
      between: t.arg.stringList({
        required: true,
        description: 'The codes of two countries in ISO 3166-1, such as ["BY", "USA"].',
      }),
    },
    extensions: { meaning: pair },
    resolve: async (_root, args) => (await readSqlRows<Pair>(pair, args))[0] ?? null,
  }),
)
