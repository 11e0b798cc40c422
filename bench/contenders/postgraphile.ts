// PostGraphile 5 over the same tables, configured for speed as its documentation recommends for production.
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { TYPES } from 'postgraphile/@dataplan/pg'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { addPgTableCondition, makePgSmartTagsPlugin } from 'postgraphile/utils'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

const { DATABASE_URL, PORT, POOL = '4' } = process.env

/** The relations that no constraint declares: the columns of views, and that a code identifies one country. */
const tags = makePgSmartTagsPlugin([
  {
    kind: 'class',
    match: 'EventCountry',
    tags: { foreignKey: ['("eventId") references "Event" (id)', '("actorId") references "Actor" (id)'] },
  },
  { kind: 'class', match: 'Country', tags: { unique: 'iso2' } },
])

/**
 * A filter for events that may be in a range of days. It uses the index on ranges, which the filter plugin has no
 * operator for.
 */
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
  // The plugin excludes columns without an index from filters, and the column for retracted records is one of them.
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
