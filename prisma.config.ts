import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Unset for `prisma generate`, which needs no database; `npm run prisma` sets it for all that does.
  datasource: { url: process.env.DATABASE_URL },
})
