// Yoga as its documentation describes it: createPubSub over Dateline's schema. The writer publishes each event with
// POST /publish.
import { createServer } from 'node:http'
import { createPubSub, createYoga } from 'graphql-yoga'
import { openDatabase } from '../../src/db/client.ts'
import { schema } from '../../src/schema/schema.ts'

const { DATABASE_URL = '', PORT } = process.env

openDatabase(DATABASE_URL)
const pubSub = createPubSub<{ added: [{ eventId: string; cursor: string; committedAt: Date }] }>()
const field = schema.getSubscriptionType()?.getFields().eventAdded
if (field) field.subscribe = () => pubSub.subscribe('added')

const yoga = createYoga({ schema, logging: false, graphiql: false, context: { viewer: { name: null, scopes: [] } } })

createServer((request, response) => {
  if (request.url !== '/publish') return void yoga(request, response)
  let id = ''
  request.setEncoding('utf8').on('data', (text) => {
    id += text
  })
  request.on('end', () => {
    pubSub.publish('added', { eventId: id, cursor: id, committedAt: new Date() })
    response.end()
  })
}).listen(Number(PORT), '127.0.0.1')
