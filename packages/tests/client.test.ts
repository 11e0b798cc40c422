// The packed client in a project of its own: its types, and all code of docs/clients.md against a running service.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renewEpoch } from '../../src/changelog/maintenance.ts'
import { schema } from '../../src/schema/schema.ts'
import { readPersistedDocuments } from '../../src/server/graphql/persisted-documents.ts'
import { type FeedService, startFeedService } from '../../tests/changelog/server.ts'
import { read } from '../../tests/client.ts'
import { addEvent } from '../../tests/world.ts'
import { importsOf, readClientsDoc } from './clients-doc.ts'
import { Project, type Script } from './project.ts'

const doc = readClientsDoc()
/** What the tests need besides the packages of the page. Frontends have a bundler in place of tsx and Babel. */
const helpers = ['@types/node', 'eventsource', 'tsx', 'ws']

/** Each script that reads a list, with what the end of its output is. */
const LAST = 'the title of the last release'
const lists: Record<string, string> = {
  'fetch/list.ts': LAST,
  'graphql-ws/list.ts': LAST,
  'graphql-sse/list.ts': LAST,
  'apollo/list.ts': LAST,
  'urql/list.ts': LAST,
  'relay/list.ts': LAST,
  'graphql-sse/single-connection.ts':
    'The single connection mode of graphql-sse is not served: create the client without singleConnection, or use graphql-ws for many subscriptions over one connection.',
  'dates.ts': '1–10 March 2025 1–10 marca 2025\nдо марта 2025 г.\nprévu au plus tard en mars 2025',
}
const feeds = ['fetch', 'event-source', 'graphql-ws', 'graphql-sse', 'apollo', 'urql', 'relay'].map(
  (name) => `${name}/feed.ts`,
)

/** The scripts that run against a service that answers only persisted documents. */
const FIRST = 'the title of the first release'
const persistedLists: Record<string, string> = {
  'fetch/persisted.ts': FIRST,
  'graphql-ws/persisted.ts': FIRST,
  'graphql-sse/persisted.ts': FIRST,
  'apollo/persisted.ts': FIRST,
  'urql/persisted.ts': FIRST,
  'relay/list.ts': LAST,
  'codegen/list.ts': LAST,
}
const persistedFeeds = ['event-source/persisted.ts']
/** The files that write the documents of that service, and where. */
const manifests = ['persisted-documents.json', 'relay/persisted-documents.json', 'codegen/gql/persisted-documents.json']

let project: Project
let open: FeedService
let persisted: FeedService
let openFolder: string
let persistedFolder: string
let titles: string[]

/** Returns the files of the page for a service at an address such as 127.0.0.1:4000. */
const filesFor = (host: string) =>
  Object.fromEntries(Object.entries(doc.files).map(([name, text]) => [name, text.replaceAll('localhost:4000', host)]))

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Runs the commands of the page that use one of the given files. */
async function runCommands(folder: string, ...files: string[]): Promise<void> {
  for (const [name = '', ...args] of doc.commands)
    if (args.some((each) => files.includes(each))) await project.command(folder, name, ...args)
}

beforeAll(async () => {
  const port = await freePort()
  ;[project, open] = await Promise.all([
    Project.create([...doc.packages.filter((name) => name !== '@dateline/client'), ...helpers]),
    startFeedService(),
  ])
  openFolder = await project.write('open', {
    ...filesFor(new URL(open.url).host),
    'types.ts': await readFile(new URL('consumer/types.ts', import.meta.url), 'utf8'),
    'relay/pages.ts': await readFile(new URL('consumer/relay-pages.ts', import.meta.url), 'utf8'),
  })
  persistedFolder = await project.write('persisted', filesFor(`127.0.0.1:${port}`))
  await Promise.all([
    runCommands(openFolder, 'relay.config.json'),
    runCommands(persistedFolder, 'relay.persisted.config.json', 'codegen/codegen.ts'),
    project.start(persistedFolder, 'manifest.ts').result(),
  ])
  const documents = await Promise.all(
    manifests.map((file) => readPersistedDocuments(path.join(persistedFolder, file), schema)),
  )
  persisted = await startFeedService({
    port,
    persisted: new Map(documents.flatMap((each) => [...each])),
    onlyPersisted: true,
  })
  const { events } = await read<{ events: { nodes: { title: string }[] } }>(
    '{ events(where: { type: { eq: PRISONER_RELEASE } }, first: 100) { nodes { title } } }',
  )
  titles = events.nodes.map(({ title }) => title)
  expect(titles.length).toBeGreaterThan(2)
})
afterAll(async () => {
  await Promise.all([open?.stop(), persisted?.stop()])
  await project?.remove()
})

const expected = (text: string): string => ({ [FIRST]: titles[0], [LAST]: titles.at(-1) })[text] ?? text

describe('docs/clients.md', () => {
  test('all of its files and commands are run by these tests', () => {
    const run = [...Object.keys(lists), ...feeds, ...Object.keys(persistedLists), ...persistedFeeds, 'manifest.ts']
    const used = new Set([
      ...run.flatMap((file) => [file, ...importsOf(file, doc.files)]),
      ...doc.commands.flat(),
      ...manifests,
    ])
    expect(Object.keys(doc.files).filter((file) => !used.has(file))).toEqual([])
    expect(run.filter((file) => !doc.files[file])).toEqual([])
    const configs = ['relay.config.json', 'relay.persisted.config.json', 'codegen/codegen.ts']
    expect(doc.commands.filter((args) => !args.some((each) => configs.includes(each)))).toEqual([])
  })

  test('the code has no type errors in strict mode', async () => {
    const files = Object.keys(doc.files).filter((file) => file.endsWith('.ts'))
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--allowImportingTsExtensions', '--target', 'es2023']
    const module = ['--module', 'esnext', '--moduleResolution', 'bundler', '--types', 'node']
    await project.command(persistedFolder, 'tsc', ...options, ...module, ...files)
  })

  test.each(Object.entries(lists))('%s reads its list', async (file, end) => {
    const output = await project.start(openFolder, file).result()
    expect(output.trim().endsWith(expected(end)), output).toBe(true)
    if (file === 'apollo/list.ts' || file === 'urql/list.ts' || file === 'relay/list.ts')
      expect(output.trim().split('\n').at(-1)).toBe(`${titles.length} releases: ${titles.at(-1)}`)
  })

  test.each(Object.entries(persistedLists))('%s reads a persisted document', async (file, end) => {
    const output = await project.start(persistedFolder, file).result()
    expect(output).toContain(expected(end))
  })

  /** Runs feeds until a function of what each of them has written so far ends. */
  async function withFeeds(
    folder: string,
    service: FeedService,
    files: string[],
    use: (outputs: () => Record<string, string>) => Promise<void>,
  ): Promise<void> {
    const scripts = files.map((file): [string, Script] => [file, project.start(folder, file)])
    try {
      await expect.poll(() => service.followers(), { timeout: 30_000 }).toBe(files.length)
      await use(() => Object.fromEntries(scripts.map(([file, { output }]) => [file, output])))
    } finally {
      await Promise.all(scripts.map(([, script]) => script.stop()))
    }
  }
  const allOf = (files: string[], text: string) => Object.fromEntries(files.map((file) => [file, text]))

  test('all feeds show a new event once, and tell of a new log or continue in it', async () => {
    await withFeeds(openFolder, open, feeds, async (outputs) => {
      await addEvent('Added')
      await expect.poll(outputs, { timeout: 20_000 }).toEqual(allOf(feeds, 'Added\n'))
      await renewEpoch()
      const told = ['event-source', 'graphql-ws', 'graphql-sse', 'apollo', 'urql', 'relay'].map(
        (name) => `${name}/feed.ts`,
      )
      const gaps = () => told.filter((file) => outputs()[file]?.includes('CURSOR_EXPIRED'))
      await expect.poll(gaps, { timeout: 20_000 }).toEqual(told)
      await expect.poll(() => open.followers(), { timeout: 20_000 }).toBe(1)
      await addEvent('Added to the new log')
      const continued = () => outputs()['fetch/feed.ts']
      await expect.poll(continued, { timeout: 20_000 }).toBe('Added\nAdded to the new log\n')
    })
  })

  test('all feeds of persisted documents show a new event once', async () => {
    await withFeeds(persistedFolder, persisted, persistedFeeds, async (outputs) => {
      await addEvent('Added')
      await expect.poll(outputs, { timeout: 20_000 }).toEqual(allOf(persistedFeeds, 'Added\n'))
    })
  })
})

test.concurrent.each([
  ['NodeNext', ['--module', 'nodenext']],
  ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])(
  'each export of the client has types under module resolution %s, strict and with skipLibCheck false',
  async (_name, module) => {
    const options = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--target', 'es2023', '--types', 'node']
    const output = await project.command(openFolder, 'tsc', ...options, ...module, 'types.ts').then(
      () => '',
      ({ message }: Error) => message,
    )
    // relay-runtime, and a dependency of Apollo Client under NodeNext, have errors in their own types.
    const mistakes = output.split('\n').filter((line) => /error TS/.test(line))
    expect(mistakes.filter((line) => !/^\S*node_modules\/(relay-runtime|@wry\/caches)\//.test(line))).toEqual([])
  },
)

test('two pages that read the same event with other arguments are both right in the store of Relay', async () => {
  process.env.DATELINE_URL = open.url
  const output = await project.start(openFolder, 'relay/pages.ts').result()
  const { read: before, kept, byId } = JSON.parse(output)
  expect(kept).toEqual(before)
  expect(kept).toMatchObject([
    { data: { event: { date: { label: 'December 2025' } } } },
    { data: { event: { date: { edtf: '2025-12?', precision: 'MONTH' } } } },
    { data: { event: { links: { edges: [{ direction: 'OUTGOING' }, { direction: 'OUTGOING' }] } } } },
    { data: { event: { links: { edges: [{ node: { kind: 'IN_EXCHANGE_FOR' } }] } } } },
    { data: { event: { links: { edges: expect.any(Array) } } } },
    { data: { events: { nodes: { length: 2 } } } },
    { data: { events: { nodes: { length: 5 } } } },
  ])
  expect(byId.map(({ isAvailable }: { isAvailable: boolean }) => isAvailable)).toEqual([true, true])
})
