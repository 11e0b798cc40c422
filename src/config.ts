import { z } from 'zod'

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65535, 'has to be a whole number from 0 to 65535')
  .transform(Number)

const flag = z.enum(['true', 'false'], 'has to be true or false')

const serverAddress = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
    'has to be the address of a PostgreSQL server, such as postgresql://user@host:5432/name, ' +
      'with %40 for an @ in a password and the like',
  )

const originList = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .refine(
    (origins) => origins.every((each) => each === '*' || (URL.canParse(each) && new URL(each).origin === each)),
    'has to be origins with commas between them, such as https://desk.example, or *',
  )

/** The environment, variable by variable; an empty one counts as not set. */
const environment = z.object({
  /** TCP port to listen on; 0 picks a free one. */
  PORT: port.default(4000),
  /** Address to listen on; 0.0.0.0 is every one that the machine has. */
  HOST: z.string().default('localhost'),
  /** PostgreSQL server to use in place of the embedded one. */
  DATABASE_URL: serverAddress.optional(),
  /** The same server past any connection pooler, for what needs a session of its own: migrations. */
  DIRECT_DATABASE_URL: serverAddress.optional(),
  /** Folder of the embedded database. */
  DATA_DIR: z.string().default('.data'),
  /** Whether documents are answered by one prepared statement where they can be; else all go field by field. */
  PREPARE: flag.default('true'),
  /** File that maps ids to the documents that may be asked for by them. */
  PERSISTED_DOCUMENTS: z.string().optional(),
  /** Whether those documents alone are answered. */
  ONLY_PERSISTED: flag.default('false'),
  /** How many days changes are kept in the log. */
  CHANGE_RETENTION: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) > 0, 'has to be a whole number of days, 1 or more')
    .transform(Number)
    .default(90),
  /** A key to begin with, as "dateline key create" makes them: it is given all scopes at start. */
  ADMIN_API_KEY: z.string().optional(),
  /** Web origins whose pages may call the API, with commas between them, such as https://desk.example; * for all. */
  ORIGINS: originList.default(['*']),
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
  readonly prepare: boolean
  readonly persistedDocuments: string | undefined
  readonly onlyPersisted: boolean
  /** In days. */
  readonly changeRetention: number
  readonly adminApiKey: string | undefined
  readonly origins: readonly string[]
  readonly logLevel: (typeof levels)[number]
}

/** Reads the environment; throws one error that holds a sentence for each mistake. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  )
  const { success, data, error } = environment.safeParse(given)
  const mistakes = (error?.issues ?? []).map(({ path, message }) => sentence(String(path[0]), message, given))
  if (given.DIRECT_DATABASE_URL && !given.DATABASE_URL)
    mistakes.push('DIRECT_DATABASE_URL is set without DATABASE_URL: set both or neither.')
  if (given.ONLY_PERSISTED === 'true' && !given.PERSISTED_DOCUMENTS)
    mistakes.push('ONLY_PERSISTED is set without PERSISTED_DOCUMENTS: name the file of the documents.')
  if (!success || mistakes.length) throw new Error(mistakes.join('\n'))
  return Object.freeze({
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL,
    directDatabaseUrl: data.DIRECT_DATABASE_URL ?? data.DATABASE_URL,
    dataDir: data.DATA_DIR,
    prepare: data.PREPARE === 'true',
    persistedDocuments: data.PERSISTED_DOCUMENTS,
    onlyPersisted: data.ONLY_PERSISTED === 'true',
    changeRetention: data.CHANGE_RETENTION,
    adminApiKey: data.ADMIN_API_KEY,
    origins: data.ORIGINS,
    logLevel: data.LOG_LEVEL,
  })
}

/** An address may hold a password, so its value is never repeated. */
function sentence(name: string, problem: string, given: Record<string, string>): string {
  return name.endsWith('_URL') ? `${name} ${problem}.` : `${name} ${problem}, and is "${given[name]}".`
}
