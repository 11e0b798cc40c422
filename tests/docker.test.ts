// The rights and the settings of the containers of docker-compose.yml.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../src/config.ts'

interface Service {
  image?: string
  user?: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  mem_limit?: string
  pids_limit?: number
  privileged?: boolean
  tmpfs?: string[]
  ports?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
}

const ROOT = path.resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const { services, volumes } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}

test.each(Object.entries(services))('the container %s is confined', (_name, service) => {
  expect(service).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: expect.stringMatching(/^\d+[mg]$/),
    pids_limit: expect.any(Number),
  })
  expect(service).not.toHaveProperty('privileged')
  expect(service).not.toHaveProperty('cap_add')
  for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/)
  // Containers must not be able to change files of the repository.
  for (const volume of service.volumes ?? []) {
    const [from = '', , mode] = volume.split(':')
    if (from.startsWith('.')) expect(mode).toBe('ro')
    else expect(volumes).toHaveProperty(from)
  }
})

const knowing = (secret: string) =>
  Object.keys(services).filter((name) => services[name]?.volumes?.some((volume) => volume.startsWith(`${secret}:`)))

test("only the migration and the database know the owner's password", () => {
  expect(knowing('owner-secret').sort()).toEqual(['migrate', 'postgres', 'secrets'])
  expect(knowing('service-secret').sort()).toEqual(['dateline', 'postgres', 'secrets'])
  for (const [name, { volumes: mounted = [] }] of Object.entries(services))
    for (const volume of mounted) if (name !== 'secrets' && volume.includes('-secret')) expect(volume).toMatch(/:ro$/)
  const { ERASURE_KEY, ...environment } = services.dateline?.environment ?? {}
  expect(environment).toEqual({ DATABASE_URL_FILE: '/service-secret/url' })
  expect(ERASURE_KEY).toBe(services.migrate?.environment?.ERASURE_KEY)
})

test('the service starts after the migrations, and they start after the passwords were created', () => {
  const after = (name: string) => services[name]?.depends_on
  expect(after('dateline')).toEqual({ migrate: { condition: 'service_completed_successfully' } })
  expect(after('migrate')).toEqual({ postgres: { condition: 'service_healthy' } })
  expect(after('postgres')).toEqual({ secrets: { condition: 'service_completed_successfully' } })
})

test('no password is in the repository', () => {
  expect(read('docker-compose.yml') + read('Dockerfile') + read('docker/service-role.sql')).not.toMatch(
    /PASSWORD: |PASSWORD '|postgres(ql)?:\/\/\S+:\S+@/i,
  )
})

test.skipIf(process.platform === 'win32')('passwords are created at the first start, and kept', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'dateline-secrets-'))
  const folders = ['owner', 'service'].map((name) => path.join(dir, name))
  const contents = () =>
    folders.map((folder) => ['password', 'url'].map((name) => readFileSync(path.join(folder, name), 'utf8')))
  const make = () => execFileSync('sh', [path.join(ROOT, 'docker/make-secrets.sh'), ...folders])
  try {
    for (const folder of folders) mkdirSync(folder)
    make()
    const made = contents()
    expect(made).toEqual([
      [expect.stringMatching(/^[0-9a-f]{64}$/), `postgresql://dateline:${made[0]?.[0]}@postgres:5432/dateline`],
      [expect.stringMatching(/^[0-9a-f]{64}$/), `postgresql://dateline_service:${made[1]?.[0]}@postgres:5432/dateline`],
    ])
    expect(made[0]?.[0]).not.toBe(made[1]?.[0])
    make()
    expect(contents()).toEqual(made)
    const file = path.join(dir, 'service', 'url')
    expect(readConfig({ DATABASE_URL_FILE: file }).databaseUrl).toBe(made[1]?.[1])
  } finally {
    rmSync(dir, { recursive: true })
  }
})
