// The ten tasks of a newsroom's frontend, with the documents in examples/newsroom: what each page reads, in the stores of Apollo Client,
// urql and Relay, after any other page was opened; the ticker while connections are cut; and an edit that is shown before it is accepted.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { follow } from '@dateline/client'
import { print } from 'graphql'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createKey } from '../../src/store/api-key.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { type FeedService, startFeedService } from '../../tests/changelog/server.ts'
import { anAction, aPerson, aSanction, aTarget, country, on, span } from '../../tests/world.ts'
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts'
import { documentOf, operationNames, relayModules } from './newsroom-documents.ts'
import {
  type Artifacts,
  apolloFrontend,
  type Connection,
  type Frontend,
  type Page,
  readArtifacts,
  relayFrontend,
  type TickerChange,
  urqlFrontend,
  type Variables,
} from './newsroom-stores.ts'
import { Project } from './project.ts'

const TODAY = '2025-12-14'
const YESTERDAY = '2025-12-13'
const days = { today: TODAY, yesterday: YESTERDAY }
const KEY_NAME = 'the desk'

let service: FeedService
let proxy: CuttableProxy
let project: Project
let artifacts: Artifacts
let authorization: string
/** A time before everything that these tests write. */
let since: string

interface Answer {
  data: Record<string, unknown>
  errors?: { message: string }[]
  extensions: { cost: { path: string; statements: number } }
}

async function send(operation: string, variables: Variables, text = print(documentOf(operation))): Promise<Answer> {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: text, variables }),
  })
  return (await response.json()) as Answer
}

/** Returns what the service answers to a page, without a cache. */
async function fresh({ operation, variables }: Page): Promise<unknown> {
  const { data, errors } = await send(operation, variables)
  expect(errors).toBeUndefined()
  return data
}

interface WrittenEvent {
  id: string
  slug: string
  title: string
  version: number
}

/** Runs a mutation of an event, and returns the event. */
async function write(mutation: string, input: Variables): Promise<WrittenEvent> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
  const text = `mutation ($input: ${type}Input!, $key: String!) {
    ${mutation}(input: $input, idempotencyKey: $key) {
      ... on ${type}Success { event { id slug title version } }
      ... on UserError { message }
      ... on ValidationError { issues { path message } }
    }
  }`
  const { data, errors } = await send(mutation, { input, key: randomUUID() }, text)
  const { event } = (data?.[mutation] ?? {}) as { event?: WrittenEvent }
  if (!event) throw new Error(`${mutation} failed: ${JSON.stringify(errors ?? data)}`)
  return event
}

let belarus: string

/** Creates an event in which Belarus is. */
const add = (title: string, date: Variables, more: Variables = {}) =>
  write('eventCreate', {
    title,
    type: 'MEETING',
    status: 'OCCURRED',
    certainty: 'REPORTED',
    date: { basis: 'STATED', ...date },
    participants: [{ actor: belarus, role: 'PARTY' }],
    ...more,
  })

beforeAll(async () => {
  // As in a browser.
  vi.stubGlobal('WebSocket', WebSocket)
  ;[project, service] = await Promise.all([
    Project.create(['graphql', 'relay-compiler', 'relay-runtime']),
    startFeedService(),
  ])
  proxy = await startCuttableProxy(service.url)
  authorization = `Bearer ${(await createKey(KEY_NAME, ['write'])).secret}`
  belarus = 'belarus'
  since = new Date().toISOString()
  const folder = await project.write('newsroom', {
    ...relayModules(),
    'relay.config.json': JSON.stringify({
      src: 'src',
      schema: 'node_modules/@dateline/client/schema.graphql',
      language: 'javascript',
      eagerEsModules: true,
    }),
  })
  const compiled = project.command(folder, 'relay-compiler', 'relay.config.json')
  const planned = { status: 'PROSPECTIVE', certainty: 'POSSIBLE' }
  for (const day of ['15', '16', '17', '18', '20', '24', '29']) {
    await add(`Talks on ${day} December`, { on: `2025-12-${day}` }, day > '16' ? planned : {})
    await add(`A call on ${day} November`, { on: `2025-11-${day}` })
  }
  await add('An inquiry that has not ended', { earliest: '2024-03-01' }, { status: 'ONGOING' })
  await add('An inquiry that will begin', { earliest: '2026-01-10' }, planned)
  await add('Something by the end of 2026', { latest: '2026-12-31' }, planned)
  await add('A visit this month', { month: '2025-12' })
  await add('A visit today', { on: TODAY })
  await add('An undated visit', { precision: 'UNKNOWN' }, planned)
  const corrected = await add('A call with a wrong titel', { on: '2025-12-01' })
  await write('eventUpdate', { id: corrected.id, title: 'A call with a right title', certainty: 'ASSERTED' })
  const retracted = await add('A call that did not happen', { on: '2025-12-02' })
  await write('eventRetract', { id: retracted.id })
  const { id: authorityId } = await country('US')
  const lifted = await aSanction({ title: 'Sanctions that were lifted', authorityId })
  await anAction(lifted.id, on('2022-02-02'))
  await anAction(lifted.id, { kind: 'LIFTED', ...on('2025-10-10') })
  await aTarget(lifted.id, (await country('BY')).id)
  const announced = await aSanction({ title: 'Sanctions that are to be lifted', authorityId })
  await anAction(announced.id, on('2022-02-02'))
  await anAction(announced.id, { kind: 'LIFT_ANNOUNCED', ...span('date', '2025-12-10', '2025-12-31') })
  await aTarget(announced.id, (await aPerson({ name: 'A listed person' })).id)
  await sequenceChanges()
  await compiled
  artifacts = await readArtifacts(`${folder}/src/__generated__`)
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await proxy?.stop()
  await service?.stop()
  await project?.remove()
})

/** The pages that read, by name. */
const pages = (): Record<string, Page> => ({
  'the timeline of Belarus': { operation: 'TimelineQuery', variables: { ...days, country: 'BY', size: 3 } },
  'the timeline of all countries': { operation: 'TimelineQuery', variables: { ...days, size: 4 } },
  'the page of a release': { operation: 'EventPageQuery', variables: { slug: 'prisoner-release-december-2025' } },
  'the page of the event in exchange': {
    operation: 'EventPageQuery',
    variables: { slug: 'us-lifts-potash-sanctions' },
  },
  'the page of a corrected event': { operation: 'EventPageQuery', variables: { slug: 'a-call-with-a-wrong-titel' } },
  'the page of a president': { operation: 'PersonPageQuery', variables: { slug: 'alexander-lukashenko', lang: 'be' } },
  'the page of a prisoner': { operation: 'PersonPageQuery', variables: { slug: 'ales-bialiatski', lang: 'ru' } },
  'the board of sanctions': { operation: 'SanctionsBoardQuery', variables: { today: TODAY } },
  'a short board of sanctions': { operation: 'SanctionsBoardQuery', variables: { today: TODAY, size: 1 } },
  'Belarus and the United States': { operation: 'BilateralPageQuery', variables: { countries: ['BY', 'US'] } },
  'a search': { operation: 'SearchPageQuery', variables: { text: 'Lukashenka' } },
  'the search box': { operation: 'SearchBoxQuery', variables: { text: 'Lukashenka', kinds: ['PERSON', 'EVENT'] } },
  'the search box for all kinds': { operation: 'SearchBoxQuery', variables: { text: 'potash', size: 20 } },
  'the calendar': { operation: 'CalendarQuery', variables: { today: TODAY, until: '2025-12-21' } },
  'what changed since yesterday': { operation: 'WhatChangedQuery', variables: { since, size: 30 } },
})
/** The operations that read. The others are a subscription and a mutation. */
const reading = operationNames.filter((name) => name.endsWith('Query'))

test('each document that reads is answered by one prepared statement', async () => {
  const all = Object.values(pages())
  const { data } = await send('TimelineQuery', { ...days, country: 'BY', size: 3 })
  const timeline = data as Record<'past' | 'coming', { pageInfo: { startCursor: string; endCursor: string } }>
  const further = [
    { operation: 'TimelineEarlierQuery', variables: { ...days, earlier: timeline.past.pageInfo.startCursor } },
    { operation: 'TimelineLaterQuery', variables: { ...days, later: timeline.coming.pageInfo.endCursor } },
    { operation: 'TickerStartQuery', variables: {} },
  ]
  const costs = []
  for (const { operation, variables } of [...all, ...further]) {
    const { errors, extensions } = await send(operation, variables)
    expect(errors).toBeUndefined()
    costs.push([operation, extensions.cost.path, extensions.cost.statements])
  }
  expect(costs).toEqual(costs.map(([operation]) => [operation, 'prepared', 1]))
  expect([...new Set(costs.map(([operation]) => operation))].sort()).toEqual([...reading].sort())
})

interface Edges {
  edges: { node: { id: string } }[]
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean }
}
interface Timeline {
  past: Edges
  current: { totalCount: number; nodes: { id: string; title: string }[] }
  coming: Edges
}

test('scrolling up and down from today reaches each event once, in the order of time', async () => {
  const variables = { ...days, country: 'BY', size: 3 }
  const { past, current, coming } = (await fresh({ operation: 'TimelineQuery', variables })) as Timeline
  const [earlier, later] = [[past], [coming]]
  for (let page = past; page.pageInfo.hasPreviousPage; earlier.unshift(page)) {
    const { startCursor } = page.pageInfo
    const data = await fresh({ operation: 'TimelineEarlierQuery', variables: { ...variables, earlier: startCursor } })
    page = (data as Timeline).past
  }
  for (let page = coming; page.pageInfo.hasNextPage; later.push(page)) {
    const { endCursor } = page.pageInfo
    const data = await fresh({ operation: 'TimelineLaterQuery', variables: { ...variables, later: endCursor } })
    page = (data as Timeline).coming
  }
  expect([earlier.length, later.length]).toEqual([expect.any(Number), 3])
  expect(earlier.length).toBeGreaterThan(2)
  const idsIn = (lists: Edges[]) => lists.flatMap(({ edges }) => edges.map(({ node }) => node.id))
  const shown = [...idsIn(earlier), ...current.nodes.map(({ id }) => id), ...idsIn(later)]
  const { data } = await send(
    'all',
    {},
    `{
    events(first: 100, where: { actors: { some: { iso2: { eq: "BY" } } } }) { nodes { id } }
    past: events(first: 100, orderBy: [{ field: DATE, direction: ASC }],
      where: { actors: { some: { iso2: { eq: "BY" } } }, date: { before: "${TODAY}" } }) { nodes { id } }
  }`,
  )
  const { events, past: all } = data as Record<string, { nodes: { id: string }[] }>
  expect([...shown].sort()).toEqual(events?.nodes.map(({ id }) => id).sort())
  expect(idsIn(earlier)).toEqual(all?.nodes.map(({ id }) => id))
  expect(current.nodes.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['An inquiry that has not ended', 'Something by the end of 2026', 'An undated visit']),
  )
})

test('the pages have what they are for', async () => {
  const named = pages()
  const answers: Record<string, unknown> = {}
  for (const [name, page] of Object.entries(named)) answers[name] = await fresh(page)
  const title = (each: string) => expect.arrayContaining([expect.objectContaining({ title: each })])
  expect(answers['the board of sanctions']).toMatchObject({
    inForce: { nodes: title('EU ban on potash from Belarus') },
    announced: { nodes: title('Sanctions that are to be lifted') },
    lifted: { nodes: [{ title: 'Sanctions that were lifted', status: 'LIFTED' }] },
  })
  expect(answers['the calendar']).toMatchObject({
    days: { nodes: title('Talks on 15 December') },
    planned: { nodes: title('The US lifts its sanctions on Belarusian potash') },
    lifts: { nodes: title('Sanctions that are to be lifted') },
  })
  expect(answers['a search']).toMatchObject({
    people: { edges: [{ node: { name: 'Alexander Lukashenko' } }] },
    events: { edges: expect.arrayContaining([expect.objectContaining({ score: expect.any(Number) })]) },
  })
  const found = (node: object) =>
    expect.arrayContaining([expect.objectContaining({ node: expect.objectContaining(node) })])
  expect(answers['the search box']).toMatchObject({ search: { edges: found({ name: 'Alexander Lukashenko' }) } })
  for (const each of ['EU ban on potash from Belarus', 'The US lifts its sanctions on Belarusian potash'])
    expect(answers['the search box for all kinds']).toMatchObject({ search: { edges: found({ title: each }) } })
  expect(answers['Belarus and the United States']).toMatchObject({
    bilateral: { sanctions: { nodes: title('US sanctions on Belarusian potash') } },
  })
  const correction = {
    operation: 'UPDATED',
    author: KEY_NAME,
    fields: expect.arrayContaining([
      { field: 'title', old: 'A call with a wrong titel', new: 'A call with a right title' },
    ]),
  }
  expect(answers['the page of a corrected event']).toMatchObject({
    event: { title: 'A call with a right title', history: { nodes: [{ operation: 'CREATED' }, correction] } },
  })
  expect(answers['what changed since yesterday']).toMatchObject({
    changes: {
      nodes: expect.arrayContaining([
        expect.objectContaining({ __typename: 'EventChange', ...correction }),
        expect.objectContaining({ __typename: 'EventChange', operation: 'RETRACTED', author: KEY_NAME }),
        expect.objectContaining({ __typename: 'SanctionChange', operation: 'CREATED', author: null }),
        expect.objectContaining({ __typename: 'ActorChange', operation: 'CREATED' }),
      ]),
    },
  })
})

/** Removes `__typename`, which the stores add. */
const bare = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (name, each) => (name === '__typename' ? undefined : each)))

const connection = (more: Partial<Connection> = {}): Connection => ({
  url: service.url,
  streamUrl: proxy.url,
  authorization,
  fetch,
  ...more,
})

const frontends: [string, (options?: Partial<Connection>) => Frontend][] = [
  ['Apollo Client', (options) => apolloFrontend(connection(options))],
  ['urql', (options) => urqlFrontend(connection(options))],
  ['Relay', (options) => relayFrontend(connection(options), artifacts)],
]

/** Sends each request once, and repeats its answer, for tests in which nothing is written. */
function sendingOnce(): typeof fetch {
  const answers = new Map<unknown, Promise<string>>()
  return async (input, init) => {
    const answer = answers.get(init?.body) ?? fetch(input, init).then((response) => response.text())
    answers.set(init?.body, answer)
    return new Response(await answer, { headers: { 'content-type': 'application/graphql-response+json' } })
  }
}

const SCROLLED = 'the timeline of Belarus, scrolled in both directions'

describe.each(frontends)('%s', (_name, start) => {
  test('shows on each of two pages what the service has, in whatever order they are opened', async () => {
    const all = pages()
    const timeline = all['the timeline of Belarus'] as Page
    const expected = new Map<string, unknown>()
    for (const [name, page] of Object.entries(all)) expected.set(name, bare(await fresh(page)))
    // The same lists, read as pages of the double size.
    const { past, coming } = (await fresh({ ...timeline, variables: { ...timeline.variables, size: 6 } })) as Timeline
    expected.set(SCROLLED, bare({ ...(expected.get('the timeline of Belarus') as object), past, coming }))
    const pageOf = (name: string) => (name === SCROLLED ? timeline : (all[name] as Page))
    const warned: unknown[] = []
    for (const level of ['warn', 'error'] as const)
      vi.spyOn(console, level).mockImplementation((...args) => void warned.push(args))
    const options = { fetch: sendingOnce() }
    let pairs = 0
    for (const one of expected.keys())
      for (const other of expected.keys()) {
        if (one === other || pageOf(one) === pageOf(other)) continue
        const frontend = start(options)
        let requests = 0
        for (const name of [one, other]) {
          await frontend.open(pageOf(name))
          if (name === SCROLLED) await frontend.extend(timeline)
          requests += name === SCROLLED ? 3 : 1
        }
        await sleep(0)
        pairs++
        const order = `${one}, then ${other}`
        expect(frontend.requests(), `${order}: the number of requests`).toBe(requests)
        for (const name of [one, other]) {
          expect(bare(frontend.shown(pageOf(name))), `${order}: ${name} on the page`).toEqual(expected.get(name))
          expect(bare(frontend.cached(pageOf(name))), `${order}: ${name} in the cache`).toEqual(expected.get(name))
        }
        frontend.close()
      }
    expect(pairs).toBe(16 * 15 - 2)
    expect(warned).toEqual([])
    vi.restoreAllMocks()
  })

  test('shows a date that has changed meanwhile as a whole on both pages', async () => {
    const { id, slug } = await add('A postponed meeting', { month: '2025-12' }, { status: 'PROSPECTIVE' })
    const frontend = start()
    const calendar: Page = { operation: 'CalendarQuery', variables: { today: TODAY, until: '2026-03-31' } }
    const eventPage: Page = { operation: 'EventPageQuery', variables: { slug } }
    await frontend.open(calendar)
    await write('eventUpdate', { id, date: { on: '2026-02-02', basis: 'STATED' } })
    await frontend.open(eventPage)
    const after = bare(await fresh(eventPage)) as { event: Variables }
    expect(bare(frontend.cached(eventPage))).toEqual(after)
    const { planned } = bare(frontend.shown(calendar)) as { planned: { nodes: Variables[] } }
    expect(planned.nodes.find((each) => each.id === id)?.date).toEqual(after.event.date)
    frontend.close()
  })
})

/** Runs a function with all frontends, and closes them. */
async function withFrontends(
  options: Partial<Connection>,
  run: (all: [string, Frontend][]) => Promise<void>,
): Promise<void> {
  const all = frontends.map(([name, start]): [string, Frontend] => [name, start(options)])
  try {
    await run(all)
  } finally {
    for (const [, frontend] of all) frontend.close()
  }
}

const patience = { timeout: 15_000, interval: 20 }

test('the ticker delivers each change once although connections are cut, and the pages show it', async () => {
  const watched = await add('A talk', { on: '2025-12-16' })
  const doubtful = await add('A doubtful talk', { on: '2025-12-17' })
  await sequenceChanges()
  const { data } = await send('TickerStartQuery', {})
  const after = data.feedCursor as string
  const timeline: Page = { operation: 'TimelineQuery', variables: { ...days, country: 'BY', size: 20 } }
  const eventPage: Page = { operation: 'EventPageQuery', variables: { slug: watched.slug } }
  const filters: Variables[] = [{ country: 'BY' }, { country: 'BY', fields: ['status', 'retractedAt'] }]

  await withFrontends({}, async (all) => {
    const received: { name: string; filter: Variables; changes: TickerChange[] }[] = []
    const errors: unknown[] = []
    const stops: (() => void)[] = []
    for (const [name, frontend] of all) {
      await frontend.open(timeline)
      await frontend.open(eventPage)
      for (const filter of filters) {
        const changes: TickerChange[] = []
        received.push({ name, filter, changes })
        const onEvent = (change: TickerChange) => {
          changes.push(change)
          frontend.onChange(change)
        }
        stops.push(
          follow(frontend.ticker(filter), { after, onEvent, onError: (error) => errors.push(error), retry: 50 }),
        )
      }
    }
    /** Returns a field of the event on each event page. */
    const onPages = (field: string) =>
      all.map(([, frontend]) => (frontend.shown(eventPage) as { event: Variables } | undefined)?.event[field])
    const three = (value: unknown) => all.map(() => value)
    const retitle = (title: string) => write('eventUpdate', { id: watched.id, title })

    try {
      await expect.poll(() => service.followers(), patience).toBe(received.length)
      const requests = all.map(([, frontend]) => frontend.requests())
      await retitle('A talk, corrected')
      await expect.poll(() => onPages('title'), patience).toEqual(three('A talk, corrected'))
      expect(all.map(([, frontend]) => frontend.requests())).toEqual(requests)

      proxy.switchOff()
      await expect.poll(() => service.followers(), patience).toBe(0)
      await retitle('A talk, corrected while nobody was connected')
      await write('eventRetract', { id: doubtful.id })
      await add('A talk that was added while nobody was connected', { on: '2025-12-18' })
      await write('eventCreate', {
        title: 'An event of other countries',
        type: 'MEETING',
        status: 'OCCURRED',
        certainty: 'REPORTED',
        date: { basis: 'STATED', on: '2025-12-18' },
        participants: [{ actor: 'france', role: 'PARTY' }],
      })
      await sleep(100)
      proxy.switchOn()
      // The event moves to the past in the timeline.
      await write('eventUpdate', { id: watched.id, date: { on: '2025-11-03', basis: 'STATED' } })
      for (let round = 1; round <= 8; round++) {
        await retitle(`A talk, version ${round}`)
        if (round === 4) await add('A talk that was added between two cuts', { on: '2025-12-19' })
        proxy.cut()
        await sleep(round * 15)
      }
      await write('eventUpdate', { id: watched.id, status: 'CANCELLED' })

      const log = `query ($after: String, $where: ChangeWhere) {
        changes(after: $after, first: 100, where: $where) { nodes { cursor operation recordId version } }
      }`
      for (const { name, filter, changes } of received) {
        const where = { types: ['EVENT'], countries: [filter.country], fields: filter.fields }
        const logged = async () => {
          await sequenceChanges()
          const { nodes } = (await send('log', { after, where }, log)).data.changes as { nodes: TickerChange[] }
          return nodes.map(({ cursor, operation, recordId, version }) => ({ cursor, operation, recordId, version }))
        }
        const expected = await logged()
        expect(expected.length).toBeGreaterThan(filter.fields ? 2 : 12)
        await expect
          .poll(
            () => changes.map(({ cursor, operation, recordId, version }) => ({ cursor, operation, recordId, version })),
            {
              ...patience,
              message: `${name} ${JSON.stringify(filter)}`,
            },
          )
          .toEqual(expected)
      }
      expect(proxy.cuts()).toBeGreaterThan(10)
      const event = await fresh({ operation: 'EventPageQuery', variables: { slug: watched.slug } })
      for (const field of ['title', 'status', 'version'])
        expect(onPages(field), field).toEqual(three((event as { event: Variables }).event[field]))
      const now = bare(await fresh(timeline))
      expect(JSON.stringify(now)).not.toContain('A doubtful talk')
      for (const [name, frontend] of all)
        await expect.poll(() => bare(frontend.shown(timeline)), { ...patience, message: name }).toEqual(now)
      expect(errors).toEqual([])
    } finally {
      for (const stop of stops) stop()
    }
  })
})

test('an edit is shown at once, and replaced by the record as it is now if another editor was faster', async () => {
  const { id, slug } = await add('A meeting', { on: '2025-12-20' })
  const eventPage: Page = { operation: 'EventPageQuery', variables: { slug } }
  const calendar: Page = { operation: 'CalendarQuery', variables: { today: TODAY, until: '2025-12-21' } }
  for (const [name, start] of frontends) {
    const { version: expectedVersion } = await write('eventUpdate', { id, title: `A meeting, for ${name}` })
    let held = Promise.resolve()
    /** Holds the answers to all requests until the returned function is called. */
    const hold = () => {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => release()
    }
    const send: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      await held
      return response
    }
    const frontend = start({ fetch: send })
    await frontend.open(eventPage)
    await frontend.open(calendar)
    const shown = () => {
      const { event } = frontend.shown(eventPage) as { event: Variables }
      const { nodes } = (frontend.shown(calendar) as { days: { nodes: Variables[] } }).days
      return [event, nodes.find((each) => each.id === id)].map((each) => [each?.title, each?.version])
    }
    const both = (title: string, version: number) => [
      [title, version],
      [title, version],
    ]
    await write('eventUpdate', { id, title: 'The title of another editor' })

    let release = hold()
    const refused = frontend.edit({ id, expectedVersion, title: 'My title' }, randomUUID())
    await expect.poll(shown, { ...patience, message: name }).toEqual(both('My title', expectedVersion + 1))
    release()
    expect(await refused, name).toMatchObject({ __typename: 'ConflictError' })
    await expect
      .poll(shown, { ...patience, message: name })
      .toEqual(both('The title of another editor', expectedVersion + 1))

    release = hold()
    const accepted = frontend.edit({ id, expectedVersion: expectedVersion + 1, title: 'My next title' }, randomUUID())
    await expect.poll(shown, { ...patience, message: name }).toEqual(both('My next title', expectedVersion + 2))
    release()
    expect(await accepted, name).toMatchObject({ __typename: 'EventUpdateSuccess' })
    await expect.poll(shown, { ...patience, message: name }).toEqual(both('My next title', expectedVersion + 2))
    expect(await fresh(eventPage)).toMatchObject({ event: { title: 'My next title', version: expectedVersion + 2 } })
    frontend.close()
  }
})
