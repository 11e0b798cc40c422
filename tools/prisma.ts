import { runPrisma } from './run-prisma.ts'

// `npm run prisma -- <arguments>`: Prisma's command line, without its downloads.
const { code } = await runPrisma(process.argv.slice(2))
process.exitCode = code
