// The documents of a newsroom's frontend: each is answered, and is well within the limits.
import { readdirSync, readFileSync } from 'node:fs'
import { Kind, type OperationDefinitionNode, OperationTypeNode, parse, validate } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readHead } from '../../../src/changelog/position.ts'
import { seal } from '../../../src/domain/seal.ts'
import { schema } from '../../../src/schema/schema.ts'
import { parseWithin } from '../../../src/server/limits/document.ts'
import { defaultLimits } from '../../../src/server/limits/limits.ts'
import { compilePrice } from '../../../src/server/limits/price/price.ts'
import { eventsOf, type FeedService, startFeedService } from '../../changelog/server.ts'
import { askBoth, database, idOf } from '../../client.ts'
import { anEditor } from '../../schema/mutation/editor.ts'
import { anEvent, country } from '../../world.ts'

const folder = new URL('../../documents/', import.meta.url)
const names = readdirSync(folder)
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')

const today = '2025-12-20'

/** The variables that a frontend would send with each document. Functions query current values of the log. */
const variables: Record<string, object | (() => Promise<object>)> = {
  'bilateral.graphql': { countries: ['BY', 'US'], from: '2025-01-01' },
  'calendar.graphql': { today },
  'edit.graphql': async () => {
    const { id, version } = await anEvent()
    return { input: { id: idOf('Event', { id }), title: 'Corrected', expectedVersion: version }, key: 'the desk, 1' }
  },
  'event.graphql': { slug: 'prisoner-release-december-2025' },
  'person.graphql': { slug: 'maria-kolesnikova', lang: 'be' },
  'sanctions-board.graphql': { today },
  'search-box.graphql': { text: 'potash' },
  'ticker.graphql': { country: 'belarus' },
  'timeline.graphql': {
    country: 'belarus',
    types: ['PRISONER_RELEASE', 'MEETING', 'PHONE_CALL'],
    from: '2025-01-01',
    to: '2025-12-31',
  },
  'what-changed.graphql': async () => {
    // The service of this file gives positions on its own time: what is committed gets them before the two paths read.
    await database.$queryRaw`SELECT moved FROM sequence_changes()`
    const { epoch, oldest } = await readHead('service')
    return { cursor: seal(['feed', epoch, oldest]), yesterday: '2025-12-19T00:00:00Z' }
  },
}

async function variablesOf(name: string): Promise<Record<string, unknown>> {
  const given = variables[name]
  if (!given) throw new Error(`The document ${name} has no variables here.`)
  return { ...(typeof given === 'function' ? await given() : given) }
}

function operationOf(text: string): OperationDefinitionNode {
  const operation = parse(text).definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  if (!operation) throw new Error('A document has no operation.')
  return operation
}

test('there are ten documents', () => {
  expect(Object.keys(variables).sort()).toEqual(names.sort())
  expect(names).toHaveLength(10)
})

/** Each document must fit this number of times into each limit. */
const FACTOR = 3
const held = ['cost', 'tokens', 'fields', 'repeats', 'aliases', 'directives', 'depth', 'items', 'nesting'] as const

test.each(names)('%s fits three times into the limits', async (name) => {
  const text = textOf(name)
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  const price = compilePrice(schema, document, operationOf(text))(await variablesOf(name))
  expect(price.total).toBeLessThanOrEqual(defaultLimits.cost / FACTOR)
  const limits = { ...defaultLimits }
  for (const limit of held) limits[limit] = Math.floor(limits[limit] / FACTOR)
  expect(() => parseWithin(limits, text)).not.toThrow()
})

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

async function send(name: string, headers: Record<string, string>): Promise<Response> {
  const body = JSON.stringify({ query: textOf(name), variables: await variablesOf(name) })
  return fetch(service.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
}

const queries = names.filter((name) => operationOf(textOf(name)).operation === OperationTypeNode.QUERY)

test.each(queries)('%s is answered', async (name) => {
  const { data, errors } = await askBoth(textOf(name), await variablesOf(name))
  expect(errors).toBeUndefined()
  expect(JSON.stringify(data)).toMatch(/"id":/)
})

test('edit.graphql is answered', async () => {
  const { secret } = await anEditor()
  const response = await send('edit.graphql', { authorization: `Bearer ${secret}` })
  expect(await response.json()).toMatchObject({ data: { eventUpdate: { event: { title: 'Corrected' } } } })
})

test('ticker.graphql is answered', async () => {
  const response = await send('ticker.graphql', { accept: 'text/event-stream' })
  const editor = await anEditor()
  const added = { title: 'On the ticker', type: 'OTHER', status: 'OCCURRED', certainty: 'ASSERTED' }
  const location = idOf('Country', await country('BY'))
  await editor.done('eventCreate', { ...added, location, date: { precision: 'UNKNOWN', basis: 'STATED' } })
  for await (const { data } of eventsOf(response)) {
    if (!data) continue
    expect(JSON.parse(data)).toMatchObject({ data: { eventAdded: { event: { title: 'On the ticker' } } } })
    break
  }
})
