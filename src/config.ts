import { z } from 'zod'

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const databaseUrl = z
  .string()
  .regex(
    /^postgres(ql)?:\/\//,
    'has to be the address of a PostgreSQL server, such as postgresql://user@host:5432/name',
  )
  .optional()

/** The environment, variable by variable; an empty one counts as not set. */
const environment = z.object({
  /** TCP port to listen on; 0 picks a free one. */
  PORT: z.coerce.number('has to be a number').int('has to be a whole number').min(0).max(65535).default(4000),
  /** Address to listen on. */
  HOST: z.string().default('localhost'),
  /** PostgreSQL server to use in place of the embedded one. */
  DATABASE_URL: databaseUrl,
  /** The same server past any connection pooler, for what needs a session of its own: migrations. */
  DIRECT_DATABASE_URL: databaseUrl,
  /** Folder of the embedded database. */
  DATA_DIR: z.string().default('.data'),
  /** How much is logged. */
  LOG_LEVEL: z.enum(levels, `has to be one of ${levels.join(', ')}`).default('info'),
})

export interface Config {
  readonly port: number
  readonly host: string
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined
  readonly directDatabaseUrl: string | undefined
  readonly dataDir: string
  readonly logLevel: (typeof levels)[number]
}

/** Reads the environment; throws one error that holds a sentence for each mistake. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const parsed = environment.safeParse(given)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => sentence(issue, given)).join('\n'))
  const { PORT, HOST, DATABASE_URL, DIRECT_DATABASE_URL, DATA_DIR, LOG_LEVEL } = parsed.data
  if (DIRECT_DATABASE_URL && !DATABASE_URL)
    throw new Error('DIRECT_DATABASE_URL is set without DATABASE_URL: set DATABASE_URL too, or neither.')
  return Object.freeze({
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL,
    directDatabaseUrl: DIRECT_DATABASE_URL ?? DATABASE_URL,
    dataDir: DATA_DIR,
    logLevel: LOG_LEVEL,
  })
}

function sentence(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0])
  const problem = /^(has to|Too)/.test(issue.message) ? issue.message : `is not valid: ${issue.message}`
  return `${name} ${rephrase(problem)}${name.endsWith('_URL') ? '' : `, and is "${given[name]}"`}.`
}

/** zod's bounds, as a sentence goes on. */
function rephrase(problem: string): string {
  const bound = /expected number to be ([<>]=)(-?\d+)/.exec(problem)
  return bound ? `has to be ${bound[1] === '>=' ? 'at least' : 'at most'} ${bound[2]}` : problem
}
