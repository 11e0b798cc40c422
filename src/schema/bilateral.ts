import { reads } from '../db/client.ts'
import { UserError } from '../domain/errors.ts'
import { all, alwaysTrue, type Condition, onRelated } from '../query/condition.ts'
import { type FieldPlan, planArguments } from '../query/field-plan.ts'
import { toPrismaWhere } from '../query/prisma-where.ts'
import { readSqlRows } from '../query/sql-rows.ts'
import { type Interval, intervalsSql, pairSql, pairsSql } from './bilateral.sql.ts'
import { builder, nodeRows } from './builder.ts'
import { Country, codeIs } from './country.ts'
import { Event, editedOnly, events, startIsKnown } from './event.ts'
import { rowCondition } from './fields/connection/plan.ts'
import { rootConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { whereInput } from './filters/list-inputs.ts'
import { Sanction, sanctions } from './sanction.ts'
import { current } from './versioned.ts'

/** Two countries, in the order of their ISO codes of two letters. */
interface CountryPair {
  /** The codes, such as "BY-US". */
  id: string
  /** The ids of the countries. */
  firstId: string
  secondId: string
}

const RelationInterval = describedEnum<Interval>('RelationInterval', 'The length of an interval of a relation.', {
  DAY: 'A day.',
  WEEK: 'A week of ISO 8601, which starts on Monday.',
  MONTH: 'A calendar month.',
  YEAR: 'A calendar year.',
})

interface RelationPointRow {
  date: Date
  events: number
  meanGoldstein: number
}

const RelationPoint = builder.objectRef<RelationPointRow>('RelationPoint').implement({
  description: 'The relation of two countries in one interval, measured by their common events.',
  fields: (t) => ({
    date: t.expose('date', {
      type: 'Date',
      description:
        'The first day of the interval: the day itself, the Monday of a week, the first of a month, or 1 January.',
    }),
    events: t.exposeInt('events', {
      description: 'The number of common events with a Goldstein score that start in this interval.',
    }),
    meanGoldstein: t.exposeFloat('meanGoldstein', {
      description:
        'The mean of the Goldstein scores of these events, from -10 (hostile) to 10 (friendly), rounded to two decimals.',
    }),
  }),
})

/** The events that both countries are in, as join rows of the first country. */
const commonEvents = {
  model: 'EventActor',
  parentCondition: all(
    { column: 'actorId', parentColumn: 'firstId' },
    onRelated(['event'], {
      relation: 'eventActors',
      quantifier: 'some',
      where: { column: 'actorId', parentColumn: 'secondId' },
    }),
  ),
  join: { relation: 'event', id: 'eventId', denormalized: { DATE: 'eventDate', origin: 'eventOrigin' } },
}

/** Returns the condition on the sanctions of one country against the other. The arguments are columns of the pair. */
const sanctionsBetween = (authority: string, target: string): Condition =>
  all(
    { column: 'authorityId', parentColumn: authority },
    { relation: 'targets', quantifier: 'some', where: { column: 'actorId', parentColumn: target } },
  )

/** Returns the condition on the common events that have a score and a known interval, and have happened or are in progress. */
const bindIntervals = ({ where, by }: { where?: unknown; by: Interval }) => {
  const condition = rowCondition(
    { ...commonEvents, listSchema: events },
    where as object | null | undefined,
    all(
      { column: 'goldstein', operator: 'isNull', value: false },
      { column: 'status', operator: 'in', value: ['ONGOING', 'OCCURRED'] },
      startIsKnown(by),
    ),
  )
  return planArguments([condition], { interval: by })
}

const relationPlan = { kind: 'sql', rows: intervalsSql(commonEvents), bindArguments: bindIntervals } satisfies FieldPlan

const Bilateral = builder.node(builder.objectRef<CountryPair>('Bilateral'), {
  description:
    'Two countries compared: their common events, the sanctions between them, and their relation over time. The id is the same for both orders of the countries.',
  id: { resolve: ({ id }) => id },
  loadMany: loadPairs,
  fields: (t) => ({
    countries: t.prismaField({
      type: [Country],
      description: 'The two countries, in the order of their ISO codes of two letters.',
      extensions: {
        fieldPlan: { kind: 'recordsByColumns', model: 'Actor', columns: ['firstId', 'secondId'] } satisfies FieldPlan,
      },
      resolve: async (query, { firstId, secondId }) => {
        const countries = await reads.actor.findMany({ ...query, where: { id: { in: [firstId, secondId] } } })
        return countries.sort((a) => (a.id === firstId ? -1 : 1))
      },
    }),
    events: rootConnection(t, 'Bilateral.events', Event, () => reads.eventActor, {
      description: `The events of any type that both countries are in, the latest first. ${editedOnly}`,
      listSchema: events,
      defaultOrder: [{ field: 'DATE', direction: 'DESC' }],
      ...commonEvents,
    }),
    sanctions: rootConnection(t, 'Bilateral.sanctions', Sanction, () => reads.sanction, {
      description: 'The sanctions that one country imposes on the other, the latest first.',
      listSchema: sanctions,
      defaultOrder: [{ field: 'DATE', direction: 'DESC' }],
      parentCondition: { any: [sanctionsBetween('firstId', 'secondId'), sanctionsBetween('secondId', 'firstId')] },
    }),
    relation: t.field({
      type: [RelationPoint],
      description:
        'The relation of the two countries over time, the earliest interval first. It aggregates their common events with a Goldstein score that have happened or are in progress, not prospective or cancelled ones: only EDITED events, unless `where` has a condition on `origin`. An event belongs to the interval in which its date starts, and to no later one, also if its date has an open end. It is not included if its date is not precise enough: an event of a month has no day and no week. Intervals without events are omitted.',
      args: {
        where: t.arg({
          type: whereInput('Event'),
          description: 'Conditions that the events must match. Default: only EDITED events.',
        }),
        by: t.arg({ type: RelationInterval, required: true, description: 'The length of the intervals.' }),
      },
      extensions: { fieldPlan: relationPlan },
      resolve: (pair, args) => readSqlRows<RelationPointRow>(relationPlan, args, pair),
    }),
  }),
})

/** Returns the condition on the codes of a country that it has one of two codes, and is neither retracted nor merged. */
const isOneOf = (first: string, second: string): Condition =>
  all({ any: [codeIs(first), codeIs(second)] }, onRelated(['actor'], current))

function bindPair({ between }: { between: string[] }) {
  const [first, second] = between
  if (first === undefined || second === undefined || between.length > 2)
    throw new UserError(
      `between must name two countries, but names ${between.length}: pass two codes, such as ["BY", "US"].`,
    )
  return planArguments([isOneOf(first, second)])
}

const missingPair =
  'between must contain the ISO 3166-1 codes of two different countries: pass two codes, such as ["BY", "US"].'

const pairPlan = {
  kind: 'sql',
  rows: ({ planArguments: { conditions }, names }) => pairSql(conditions[0] ?? alwaysTrue, names),
  missing: missingPair,
  bindArguments: bindPair,
} satisfies FieldPlan

nodeRows.set('Bilateral', { rows: (keys, names) => pairsSql(keys, onRelated(['actor'], current), names) })

/** Returns the two codes in the key of a global id. */
const codesOf = (key: string) => key.split('-') as [string, string]

/** Returns the pairs with these keys, with null for a pair of which a country does not exist. */
async function loadPairs(keys: string[]): Promise<(CountryPair | null)[]> {
  const where = toPrismaWhere(
    all({ column: 'iso2', operator: 'in', value: keys.flatMap(codesOf) }, onRelated(['actor'], current)),
  )
  const countries = await reads.country.findMany({ where, select: { iso2: true, actorId: true } })
  const idOfCode = new Map(countries.map(({ iso2, actorId }) => [iso2, actorId]))
  return keys.map((id) => {
    const [firstId, secondId] = codesOf(id).map((code) => idOfCode.get(code))
    return firstId && secondId ? { id, firstId, secondId } : null
  })
}

builder.queryField('bilateral', (t) =>
  t.field({
    type: Bilateral,
    nullable: true,
    description:
      'Compares two countries: their common events, the sanctions between them, and their relation over time. An error if the codes are not those of two different countries.',
    args: {
      between: t.arg.stringList({
        required: true,
        description: 'The ISO 3166-1 codes of the two countries, such as ["BY", "USA"], in any order.',
      }),
    },
    extensions: { fieldPlan: pairPlan },
    resolve: async (_root, args) => {
      const [pair] = await readSqlRows<CountryPair>(pairPlan, args)
      if (!pair) throw new UserError(missingPair)
      return pair
    },
  }),
)
