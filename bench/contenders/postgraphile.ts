// PostGraphile 5 over the same tables, set up for speed as its documentation has it for production.
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { TYPES } from 'postgraphile/@dataplan/pg'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { addPgTableCondition, makePgSmartTagsPlugin } from 'postgraphile/utils'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

const { DATABASE_URL, PORT, POOL = '4' } = process.env

/** What no constraint says: where a view leads to, and that a code is that of one country. */
const tags = makePgSmartTagsPlugin([
  {
    kind: 'class',
    match: 'EventCountry',
    tags: { foreignKey: ['("eventId") references "Event" (id)', '("actorId") references "Actor" (id)'] },
  },
  { kind: 'class', match: 'Country', tags: { unique: 'iso2' } },
])

/** That an event can lie in a range of days, in the words of the index on them: the filter plugin has none for it. */
const within = addPgTableCondition(
  { schemaName: 'public', tableName: 'Event' },
  'within',
  ({ getInputTypeByName, graphql: { GraphQLList } }) => ({ type: new GraphQLList(getInputTypeByName('Date')) }),
  (range, { sql, sqlTableAlias: event, sqlValueWithCodec }) => {
    const [from, to] = (range as string[]).map((day) => sqlValueWithCodec(day, TYPES.date))
    const asked = sql`daterange(${from ?? sql.null}, ${to ?? sql.null}, '[]')`
    return sql`daterange(${event}."dateEarliest", ${event}."dateLatest", '[]') && ${asked}`
  },
)

const preset: GraphileConfig.Preset = {
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  plugins: [tags, within],
  // It keeps columns without an index out of filters, and what was withdrawn is told by such a one.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({
      connectionString: DATABASE_URL,
      schemas: ['public'],
      pubsub: false,
      poolConfig: { max: Number(POOL), idleTimeoutMillis: 0 },
    }),
  ],
  schema: { connectionFilterRelations: true },
  grafast: { explain: false },
  grafserv: { graphiql: false, watch: false, websockets: false },
}

const server = createServer()
await postgraphile(preset).createServ(grafserv).addTo(server)
server.listen(Number(PORT), '127.0.0.1')
