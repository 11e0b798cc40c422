import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { expect, test } from 'vitest'
import { expectVersions } from './versions.ts'

test('tools/schema-engine.mjs and src/store/database-error.ts were written for these versions of Prisma', () => {
  expectVersions({
    prisma: '7.10.0',
    '@prisma/client': '7.10.0',
    '@prisma/adapter-pg': '7.10.0',
    '@prisma/driver-adapter-utils': '7.10.0',
    '@prisma/schema-engine-wasm': '7.10.0-4.0edf323efd1d98336f3f0a68684b56f689b900d3',
  })
})

test('the adapter has the parts that the schema engine replaces', async () => {
  expect(bindMigrationAwareSqlAdapterFactory).toBeTypeOf('function')
  expect(ColumnTypeEnum.Character).toBeTypeOf('number')
  const factory = new PrismaPg({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' })
  expect(factory.connectToShadowDb).toBeTypeOf('function')
  const adapter = await factory.connect()
  try {
    expect(adapter).toMatchObject({
      queryRaw: expect.any(Function),
      performIO: expect.any(Function),
      executeScript: expect.any(Function),
      onError: expect.any(Function),
      dispose: expect.any(Function),
      client: { query: expect.any(Function) },
    })
  } finally {
    await adapter.dispose()
  }
})
