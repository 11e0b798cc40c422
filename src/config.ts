import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { algorithmList, count, flag, keySet, levels, limit, originList, port, serverAddress } from './config/value.ts'

/** The environment variables. An empty variable counts as not set. */
export const environment = z.object({
  /** TCP port to listen on. 0: any free port. */
  PORT: port.default(4000),
  /** Address to listen on. 0.0.0.0: all addresses of the machine. */
  HOST: z.string().default('localhost'),
  /** URL of a PostgreSQL database to use instead of the embedded one. */
  DATABASE_URL: serverAddress.optional(),
  /** URL of the same database without a connection pooler, for work that needs its own session, such as migrations. */
  DIRECT_DATABASE_URL: serverAddress.optional(),
  /** URL of the same database as its owner, for migrations, if the service connects as a role with fewer privileges. */
  OWNER_DATABASE_URL: serverAddress.optional(),
  /** Name of that role. After each migration it is granted the privileges that the service needs. */
  SERVICE_ROLE: z.string().optional(),
  /** Maximum durations of a statement, of waiting for a lock and of an idle transaction, in seconds. 0: as set on the server. */
  STATEMENT_TIMEOUT: count(10),
  LOCK_TIMEOUT: count(5),
  IDLE_IN_TRANSACTION_TIMEOUT: count(30),
  /** Maximum total duration of the statements of an operation without a key, in milliseconds. 0: no separate limit. */
  ANONYMOUS_TIMEOUT: count(300),
  /** Data directory of the embedded database. */
  DATA_DIR: z.string().default('.data'),
  /** Whether documents are compiled to prepared statements where possible. If false, resolvers answer all documents. */
  PREPARE: flag.default('true'),
  /** File that maps ids to persisted documents. */
  PERSISTED_DOCUMENTS: z.string().optional(),
  /** Whether only persisted documents are accepted. */
  ONLY_PERSISTED: flag.default('false'),
  /** Number of days that the change log keeps its entries. */
  CHANGE_RETENTION: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) > 0, 'must be a whole number of days, 1 or more')
    .transform(Number)
    .default(90),
  /** Initial API key in the format of "dateline key create". It has all scopes. */
  ADMIN_API_KEY: z.string().optional(),
  /** Key of the hashes that remain of erased people. */
  ERASURE_KEY: z
    .string()
    .refine((text) => text.length >= 32, 'must have at least 32 characters')
    .optional(),
  /** Issuer of the JSON Web Tokens that are accepted in addition to API keys: their "iss". */
  JWT_ISSUER: z.string().optional(),
  /** Audience of these tokens: their "aud". */
  JWT_AUDIENCE: z.string().optional(),
  /** Public keys of the issuer as a JSON Web Key Set: a file or an https URL. */
  JWKS: keySet.optional(),
  /** Accepted signature algorithms, separated by commas. */
  JWT_ALGORITHMS: algorithmList.default(['RS256', 'ES256', 'EdDSA']),
  /** Maximum difference to the clock of the issuer, in seconds. */
  JWT_CLOCK_TOLERANCE: count(10),
  /** Web origins whose pages may call the API, separated by commas, such as https://desk.example. *: all origins. */
  CORS_ORIGINS: originList.default(['*']),
  /** Whether introspection is allowed. */
  INTROSPECTION: z.enum(['on', 'off'], 'must be on or off').default('on'),
  /** Whether browsers get GraphiQL. Default: as INTROSPECTION. */
  GRAPHIQL: z.enum(['on', 'off'], 'must be on or off').optional(),
  /** Points per minute for each key or address. 0: no limit. */
  RATE_LIMIT: count(500_000),
  /** Number of trusted proxies in front of the service. They tell the address of the caller. */
  TRUST_PROXY: count(0),
  /** Maximum size of a request body and of a WebSocket frame, in bytes. */
  MAX_BODY: limit(100_000),
  /** Maximum number of tokens in a document. */
  MAX_TOKENS: limit(1000),
  /** Maximum number of fields in an operation, with fragments expanded. */
  MAX_FIELDS: limit(300),
  /** Maximum number of times that a response name may occur in one selection set. */
  MAX_REPEATS: limit(10),
  /** Maximum number of aliases in an operation. */
  MAX_ALIASES: limit(300),
  /** Maximum number of directives in an operation. */
  MAX_DIRECTIVES: limit(10),
  /** Maximum number of levels of fields, not counting edges, node and nodes. */
  MAX_DEPTH: limit(18),
  /** Maximum cost of an operation, in points. */
  MAX_COST: limit(25_000),
  /** Maximum number of items of a list in the input. */
  MAX_ITEMS: limit(250),
  /** Maximum number of levels of lists and objects in an input value. */
  MAX_NESTING: limit(20),
  /** Maximum number of open operations per WebSocket connection. */
  MAX_SUBSCRIPTIONS: limit(100),
  /** Minimum level of the messages that are logged. */
  LOG_LEVEL: z.enum(levels, `must be one of ${levels.join(', ')}`).default('info'),
})

/** Which JSON Web Tokens are taken. */
export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly string[]
  /** A file or an address. */
  readonly keys: string
  /** In seconds. */
  readonly clockTolerance: number
}

export interface Config {
  readonly port: number
  readonly host: string
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined
  readonly directDatabaseUrl: string | undefined
  readonly ownerDatabaseUrl: string | undefined
  readonly serviceRole: string | undefined
  /** In milliseconds, as PostgreSQL names them; what is left out has no limit. */
  readonly timeouts: Readonly<Record<string, number>>
  /** In milliseconds. Undefined: no limit of their own. */
  readonly anonymousTimeout: number | undefined
  readonly dataDir: string
  readonly prepare: boolean
  readonly persistedDocuments: string | undefined
  readonly onlyPersisted: boolean
  /** In days. */
  readonly changeRetention: number
  readonly adminApiKey: string | undefined
  /** Undefined: nobody can be erased. */
  readonly erasureKey: string | undefined
  /** Undefined: API keys alone. */
  readonly tokens: TokenSettings | undefined
  readonly origins: readonly string[]
  readonly introspection: boolean
  readonly graphiql: boolean
  readonly rateLimit: number
  readonly trustProxy: number
  /** How much one request may ask for. */
  readonly limits: {
    readonly body: number
    readonly tokens: number
    readonly fields: number
    readonly repeats: number
    readonly aliases: number
    readonly directives: number
    readonly depth: number
    readonly cost: number
    readonly items: number
    readonly nesting: number
    readonly subscriptions: number
  }
  readonly logLevel: (typeof levels)[number]
}

/** Reads the environment; throws one error that holds a sentence for each mistake. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  )
  const mistakes = readSecretFiles(given)
  const { success, data, error } = environment.safeParse(given)
  for (const { path, message } of error?.issues ?? []) mistakes.push(sentence(String(path[0]), message, given))
  for (const name of ['DIRECT_DATABASE_URL', 'OWNER_DATABASE_URL', 'SERVICE_ROLE'])
    if (given[name] && !given.DATABASE_URL) mistakes.push(`${name} is set without DATABASE_URL: set both or neither.`)
  if (given.ONLY_PERSISTED === 'true' && !given.PERSISTED_DOCUMENTS)
    mistakes.push(
      'ONLY_PERSISTED is set without PERSISTED_DOCUMENTS: set PERSISTED_DOCUMENTS to the file of the documents.',
    )
  if (data && data.RATE_LIMIT > 0 && data.RATE_LIMIT < data.MAX_COST)
    mistakes.push(
      'RATE_LIMIT is less than MAX_COST, so that operations of the highest allowed cost could never run: raise RATE_LIMIT or lower MAX_COST.',
    )
  const missing = tokenVariables.filter((name) => !given[name])
  if (missing.length > 0 && missing.length < tokenVariables.length)
    mistakes.push(
      `${tokenVariables.join(', ')} must be set together: also set ${missing.join(' and ')}, or set none of them.`,
    )
  if (!success || mistakes.length) throw new Error(mistakes.join('\n'))
  return Object.freeze({
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL,
    directDatabaseUrl: data.DIRECT_DATABASE_URL ?? data.DATABASE_URL,
    ownerDatabaseUrl: data.OWNER_DATABASE_URL,
    serviceRole: data.SERVICE_ROLE,
    timeouts: timeoutsOf(data),
    anonymousTimeout: data.ANONYMOUS_TIMEOUT || undefined,
    dataDir: data.DATA_DIR,
    prepare: data.PREPARE === 'true',
    persistedDocuments: data.PERSISTED_DOCUMENTS,
    onlyPersisted: data.ONLY_PERSISTED === 'true',
    changeRetention: data.CHANGE_RETENTION,
    adminApiKey: data.ADMIN_API_KEY,
    erasureKey: data.ERASURE_KEY,
    tokens: tokensOf(data),
    origins: data.CORS_ORIGINS,
    introspection: data.INTROSPECTION === 'on',
    graphiql: (data.GRAPHIQL ?? data.INTROSPECTION) === 'on',
    rateLimit: data.RATE_LIMIT,
    trustProxy: data.TRUST_PROXY,
    limits: {
      body: data.MAX_BODY,
      tokens: data.MAX_TOKENS,
      fields: data.MAX_FIELDS,
      repeats: data.MAX_REPEATS,
      aliases: data.MAX_ALIASES,
      directives: data.MAX_DIRECTIVES,
      depth: data.MAX_DEPTH,
      cost: data.MAX_COST,
      items: data.MAX_ITEMS,
      nesting: data.MAX_NESTING,
      subscriptions: data.MAX_SUBSCRIPTIONS,
    },
    logLevel: data.LOG_LEVEL,
  })
}

/** The variables that hold a secret. Each can be set to the content of a file, whose name is in the variable with _FILE. */
const secretVariables = ['DATABASE_URL', 'DIRECT_DATABASE_URL', 'OWNER_DATABASE_URL', 'ADMIN_API_KEY', 'ERASURE_KEY']

/** Adds to the given variables those that are in files; returns a sentence for each mistake. */
function readSecretFiles(given: Record<string, string>): string[] {
  return secretVariables.flatMap((name) => {
    const file = given[`${name}_FILE`]
    if (!file) return []
    if (given[name]) return [`${name} and ${name}_FILE are both set: set only one of them.`]
    try {
      const content = readFileSync(file, 'utf8').trim()
      if (!content) return [`${name}_FILE names an empty file, ${file}: write the value to it.`]
      given[name] = content
      return []
    } catch (error) {
      return [
        `${name}_FILE names a file that cannot be read (${error instanceof Error ? error.message : error}): correct the path or its permissions.`,
      ]
    }
  })
}

const tokenVariables = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWKS']

function tokensOf(given: z.output<typeof environment>): TokenSettings | undefined {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWKS: keys } = given
  if (!issuer || !audience || !keys) return undefined
  return { issuer, audience, keys, algorithms: given.JWT_ALGORITHMS, clockTolerance: given.JWT_CLOCK_TOLERANCE }
}

/** A limit of 0 is not set: it is for the server to say. */
function timeoutsOf(given: z.output<typeof environment>): Record<string, number> {
  const limits = {
    statement_timeout: given.STATEMENT_TIMEOUT,
    lock_timeout: given.LOCK_TIMEOUT,
    idle_in_transaction_session_timeout: given.IDLE_IN_TRANSACTION_TIMEOUT,
  }
  return Object.fromEntries(Object.entries(limits).flatMap(([name, limit]) => (limit ? [[name, limit * 1000]] : [])))
}

/** An address may hold a password, so its value is never repeated, and neither is that of a key. */
function sentence(name: string, problem: string, given: Record<string, string>): string {
  return secretVariables.includes(name) ? `${name} ${problem}.` : `${name} ${problem}, but is "${given[name]}".`
}
