// Makes the pictures of the README: GraphiQL with the query of the tour, and a page that follows new events. Needs Chromium.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { startDateline } from '@dateline/service/testing'
import { chromium, type Page } from 'playwright-core'

const root = path.resolve(import.meta.dirname, '..')
const folder = path.join(root, 'docs/pictures')
const [, tour = ''] = /```graphql\n([\s\S]*?)```/.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ?? []

/** The events that the page of the live feed shows: facts of the seed's article, added again one by one. */
const titles = [
  'A US envoy visits Minsk',
  'Belarus frees prisoners after the talks',
  'The United States announces to lift its sanctions on potash',
]

const dateline = await startDateline({ scopes: ['write'], settings: { CORS_ORIGINS: '*' } })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})

async function open(address: string, size: { width: number; height: number }): Promise<Page> {
  const context = await browser.newContext({ viewport: size, deviceScaleFactor: 1.5, colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto(address)
  return page
}

async function pictureOfTour(): Promise<void> {
  const page = await open(`${dateline.url}?query=${encodeURIComponent(tour)}`, { width: 1280, height: 800 })
  await page.getByRole('button', { name: /prettify/i }).click()
  await page.getByRole('button', { name: /execute query/i }).click()
  await page.locator('.result-window').getByText('title').first().waitFor()
  await page.screenshot({ path: path.join(folder, 'graphiql.png') })
}

async function pictureOfFeed(): Promise<void> {
  const address = new URL('../examples/page.html', import.meta.url)
  address.searchParams.set('url', dateline.url)
  const page = await open(address.href, { width: 760, height: 220 })
  await page.waitForLoadState('networkidle').catch(() => {})
  for (const title of titles) await addEvent(title)
  await page.getByText(titles.at(-1) ?? '').waitFor()
  await page.screenshot({ path: path.join(folder, 'feed.png') })
}

async function addEvent(title: string): Promise<void> {
  const query = `mutation ($input: EventCreateInput!) { eventCreate(input: $input) { __typename } }`
  const date = { month: '2025-12', basis: 'STATED' }
  const input = { title, type: 'OTHER', status: 'OCCURRED', certainty: 'ASSERTED', date }
  const response = await fetch(dateline.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${dateline.key}` },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const text = await response.text()
  if (!text.includes('EventCreateSuccess')) throw new Error(`The event was not created: ${text}`)
}

try {
  await pictureOfTour()
  await pictureOfFeed()
} finally {
  await browser.close()
  await dateline.stop()
}
