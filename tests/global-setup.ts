import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../src/db/embedded.ts'
import { build } from './built.ts'
import { makeRates, reportRates } from './prepared-rate.ts'
import { dropRun, makeTemplate, runName, sweep } from './template.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database of the server, used to create and drop others. */
    adminUrl: string
    template: string
    run: string
    /** The folder in which test files write their counts. */
    tallies: string
  }
}

/**
 * Opens the server for the run: that of DATABASE_URL, whose role must be allowed to create databases, or the embedded
 * one.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL
  const embedded = given ? undefined : await startEmbedded({ dir: '.data/test', durable: false })
  const adminUrl = embedded?.adminUrl ?? given ?? ''
  const run = randomBytes(4).toString('hex')
  const admin = new pg.Client({ connectionString: adminUrl, application_name: runName(run) })
  const tallies = await makeRates()
  const close = async () => {
    try {
      await dropRun(admin, run)
    } finally {
      await admin.end()
      await embedded?.stop()
    }
  }
  try {
    await admin.connect()
    await sweep(admin)
    const [template] = await Promise.all([makeTemplate(admin, adminUrl, run), build()])
    project.provide('adminUrl', adminUrl)
    project.provide('template', template)
    project.provide('run', run)
    project.provide('tallies', tallies)
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
  return async () => {
    await close()
    await reportRates(tallies)
  }
}
