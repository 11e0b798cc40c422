import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { defaultLimits } from '../src/server/limits/limits.ts'

function mistakesIn(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env)
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : []
  }
  return []
}

test('every setting has a default', () => {
  expect(readConfig({})).toEqual({
    port: 4000,
    host: 'localhost',
    databaseUrl: undefined,
    directDatabaseUrl: undefined,
    ownerDatabaseUrl: undefined,
    serviceRole: undefined,
    timeouts: { statement_timeout: 10_000, lock_timeout: 5000, idle_in_transaction_session_timeout: 30_000 },
    anonymousTimeout: 300,
    dataDir: '.data',
    prepare: true,
    persistedDocuments: undefined,
    onlyPersisted: false,
    changeRetention: 90,
    adminApiKey: undefined,
    tokens: undefined,
    origins: ['*'],
    introspection: true,
    graphiql: true,
    rateLimit: 500_000,
    trustProxy: 0,
    limits: defaultLimits,
    logLevel: 'info',
  })
})

test('an empty variable counts as not set, and surrounding spaces are ignored', () => {
  const empty = { PORT: '', HOST: ' ', DATABASE_URL: '', DIRECT_DATABASE_URL: '  ', DATA_DIR: '', LOG_LEVEL: '\t' }
  expect(readConfig(empty)).toEqual(readConfig({}))
  expect(readConfig({ PORT: ' 80 ', LOG_LEVEL: 'debug ' })).toMatchObject({ port: 80, logLevel: 'debug' })
})

test('GraphiQL is off if introspection is off', () => {
  expect(readConfig({ INTROSPECTION: 'off' }).graphiql).toBe(false)
  expect(readConfig({ GRAPHIQL: 'off' }).graphiql).toBe(false)
  expect(() => readConfig({ GRAPHIQL: 'no' })).toThrow('GRAPHIQL must be on or off, but is "no".')
})

test('a secret can be read from a file', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'dateline-secrets-'))
  try {
    const file = path.join(dir, 'url')
    writeFileSync(file, 'postgresql://me:hunter2@host/news\n')
    expect(readConfig({ DATABASE_URL_FILE: file })).toEqual(
      readConfig({ DATABASE_URL: 'postgresql://me:hunter2@host/news' }),
    )
    expect(() => readConfig({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgresql://host/news' })).toThrow(
      'DATABASE_URL and DATABASE_URL_FILE are both set: set only one of them.',
    )
    writeFileSync(file, 'hunter2')
    expect(() => readConfig({ DATABASE_URL_FILE: file })).toThrow(/^DATABASE_URL must be the URL of/)
    expect(() => readConfig({ DATABASE_URL_FILE: file })).not.toThrow(/hunter2/)
    writeFileSync(file, '\n')
    expect(() => readConfig({ ADMIN_API_KEY_FILE: file })).toThrow(
      `ADMIN_API_KEY_FILE names an empty file, ${file}: write the value to it.`,
    )
    expect(() => readConfig({ OWNER_DATABASE_URL_FILE: `${file}s`, DATABASE_URL: 'postgresql://host/news' })).toThrow(
      /^OWNER_DATABASE_URL_FILE names a file that cannot be read \(ENOENT.+\): correct the path or its permissions\.$/,
    )
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test('each variable is read', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '0.0.0.0',
    DATABASE_URL: 'postgresql://pooler:6432/news',
    DIRECT_DATABASE_URL: 'postgres://server:5432/news',
    OWNER_DATABASE_URL: 'postgres://owner@server:5432/news',
    SERVICE_ROLE: 'service',
    ANONYMOUS_TIMEOUT: '500',
    STATEMENT_TIMEOUT: '5',
    LOCK_TIMEOUT: '0',
    IDLE_IN_TRANSACTION_TIMEOUT: '7',
    DATA_DIR: '/var/lib/dateline',
    PREPARE: 'false',
    PERSISTED_DOCUMENTS: 'documents.json',
    ONLY_PERSISTED: 'true',
    CHANGE_RETENTION: '7',
    ADMIN_API_KEY: 'dl_key',
    INTROSPECTION: 'off',
    GRAPHIQL: 'on',
    RATE_LIMIT: '9000',
    TRUST_PROXY: '1',
    MAX_BODY: '1',
    MAX_TOKENS: '2',
    MAX_FIELDS: '3',
    MAX_REPEATS: '4',
    MAX_ALIASES: '5',
    MAX_DIRECTIVES: '6',
    MAX_DEPTH: '7',
    MAX_COST: '8',
    MAX_ITEMS: '9',
    MAX_NESTING: '10',
    MAX_SUBSCRIPTIONS: '11',
    CORS_ORIGINS: 'https://desk.example, http://localhost:3000',
    JWT_ISSUER: 'https://login.example',
    JWT_AUDIENCE: 'dateline',
    JWT_ALGORITHMS: 'ES256, PS512',
    JWT_CLOCK_TOLERANCE: '30',
    JWKS: 'https://login.example/keys',
    LOG_LEVEL: 'silent',
  })
  expect(config).toEqual({
    port: 0,
    host: '0.0.0.0',
    databaseUrl: 'postgresql://pooler:6432/news',
    directDatabaseUrl: 'postgres://server:5432/news',
    ownerDatabaseUrl: 'postgres://owner@server:5432/news',
    serviceRole: 'service',
    timeouts: { statement_timeout: 5000, idle_in_transaction_session_timeout: 7000 },
    anonymousTimeout: 500,
    dataDir: '/var/lib/dateline',
    prepare: false,
    persistedDocuments: 'documents.json',
    onlyPersisted: true,
    changeRetention: 7,
    adminApiKey: 'dl_key',
    tokens: {
      issuer: 'https://login.example',
      audience: 'dateline',
      algorithms: ['ES256', 'PS512'],
      keys: 'https://login.example/keys',
      clockTolerance: 30,
    },
    origins: ['https://desk.example', 'http://localhost:3000'],
    introspection: false,
    graphiql: true,
    rateLimit: 9000,
    trustProxy: 1,
    limits: {
      body: 1,
      tokens: 2,
      fields: 3,
      repeats: 4,
      aliases: 5,
      directives: 6,
      depth: 7,
      cost: 8,
      items: 9,
      nesting: 10,
      subscriptions: 11,
    },
    logLevel: 'silent',
  })
})

test('without its own address, everything that needs a session uses DATABASE_URL', () => {
  const { directDatabaseUrl } = readConfig({ DATABASE_URL: 'postgresql://server/news' })
  expect(directDatabaseUrl).toBe('postgresql://server/news')
})

test.each(['abc', '-1', '65536', '80.5', '0x50', '1e3'])('PORT=%s is refused', (PORT) => {
  expect(mistakesIn({ PORT })).toEqual([`PORT must be a whole number from 0 to 65535, but is "${PORT}".`])
})

test('an unknown log level is refused with the list of levels', () => {
  expect(mistakesIn({ LOG_LEVEL: 'loud' })).toEqual([
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, but is "loud".',
  ])
})

test.each(['DATABASE_URL', 'DIRECT_DATABASE_URL'])(
  '%s must be an address, and the error does not contain its password',
  (name) => {
    const good = { DATABASE_URL: 'postgresql://server/news' }
    for (const wrong of ['mysql://me:hunter2@host/name', 'postgresql://me:hunter2@host:port/name', 'hunter2']) {
      const mistakes = mistakesIn({ ...good, [name]: wrong })
      expect(mistakes).toEqual([expect.stringContaining(`${name} must be the URL of a PostgreSQL server, such as`)])
      expect(mistakes.join()).not.toContain('hunter2')
    }
  },
)

test.each(['DIRECT_DATABASE_URL', 'OWNER_DATABASE_URL', 'SERVICE_ROLE'])('%s alone is refused', (name) => {
  expect(mistakesIn({ [name]: 'postgresql://server/news' })).toEqual([
    `${name} is set without DATABASE_URL: set both or neither.`,
  ])
})

test('all mistakes are reported at once, one sentence each', () => {
  const mistakes = mistakesIn({ PORT: 'abc', LOG_LEVEL: 'loud', DIRECT_DATABASE_URL: 'server' })
  expect(mistakes).toHaveLength(4)
  for (const mistake of mistakes) expect(mistake).toMatch(/^[A-Z_]+ (must be|is set) .+\.$/)
})

test('the key of erasures is long, and no message repeats it', () => {
  expect(readConfig({ ERASURE_KEY: 'x'.repeat(32) }).erasureKey).toBe('x'.repeat(32))
  expect(() => readConfig({ ERASURE_KEY: 'too short' })).toThrow(/^ERASURE_KEY must have at least 32 characters\.$/)
})

test('the config cannot be changed', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true)
})

test.each(['PREPARE', 'ONLY_PERSISTED'])('%s must be true or false', (name) => {
  expect(mistakesIn({ [name]: 'yes', PERSISTED_DOCUMENTS: 'documents.json' })).toEqual([
    `${name} must be true or false, but is "yes".`,
  ])
})

test('ONLY_PERSISTED requires persisted documents', () => {
  expect(mistakesIn({ ONLY_PERSISTED: 'true' })).toEqual([
    'ONLY_PERSISTED is set without PERSISTED_DOCUMENTS: set PERSISTED_DOCUMENTS to the file of the documents.',
  ])
})

test.each(['0', '-1', '1.5', 'long'])('CHANGE_RETENTION=%s is refused', (CHANGE_RETENTION) => {
  expect(mistakesIn({ CHANGE_RETENTION })).toEqual([
    `CHANGE_RETENTION must be a whole number of days, 1 or more, but is "${CHANGE_RETENTION}".`,
  ])
})

const notOrigins = ['desk.example', 'https://desk.example/', 'https://a.example,,']
test.each(notOrigins)('CORS_ORIGINS=%s is refused', (CORS_ORIGINS) => {
  expect(mistakesIn({ CORS_ORIGINS })).toEqual([
    expect.stringContaining('CORS_ORIGINS must be origins separated by commas'),
  ])
})

test.each(['0', '-1', '1.5', 'long'])('a limit of %s is refused', (MAX_COST) => {
  expect(mistakesIn({ MAX_COST })).toEqual([`MAX_COST must be a whole number, 1 or more, but is "${MAX_COST}".`])
})

test('a rate limit below the maximum price of an operation is refused', () => {
  expect(mistakesIn({ RATE_LIMIT: '24999' })).toEqual([expect.stringContaining('RATE_LIMIT is less than MAX_COST')])
  expect(mistakesIn({ RATE_LIMIT: '0' })).toEqual([])
})

test('INTROSPECTION must be on or off', () => {
  expect(mistakesIn({ INTROSPECTION: 'false' })).toEqual(['INTROSPECTION must be on or off, but is "false".'])
})

const tokens = { JWT_ISSUER: 'https://login.example', JWT_AUDIENCE: 'dateline', JWKS: 'keys.json' }

test('tokens require an issuer, an audience and keys', () => {
  expect(mistakesIn(tokens)).toEqual([])
  expect(mistakesIn({ JWKS: 'keys.json' })).toEqual([
    'JWT_ISSUER, JWT_AUDIENCE, JWKS must be set together: also set JWT_ISSUER and JWT_AUDIENCE, or set none of them.',
  ])
})

test.each(['none', 'HS256', 'ES256,none'])('tokens cannot be signed by %s', (algorithms) => {
  expect(mistakesIn({ ...tokens, JWT_ALGORITHMS: algorithms })).toEqual([
    expect.stringContaining('JWT_ALGORITHMS must be one or more of RS256'),
  ])
})

test('keys of tokens come from a file, from this machine, or over an encrypted connection', () => {
  expect(mistakesIn({ ...tokens, JWKS: 'http://127.0.0.1:8080/keys' })).toEqual([])
  for (const JWKS of ['http://login.example/keys', 'ftp://login.example/keys', 'http://localhost.evil.example/'])
    expect(mistakesIn({ ...tokens, JWKS })).toEqual([expect.stringContaining('a file or an https URL')])
})
