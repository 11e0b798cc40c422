// Lists the changes of the schema since the last release, a commit or a tag, by the classes of docs/versioning.md. Fails if a release
// contains breaking changes, and the version in package.json does not permit them.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Change, ChangeType, CriticalityLevel, diff, type Rule } from '@graphql-inspector/core'
import { buildSchema, type GraphQLSchema } from 'graphql'

/** GraphQL Inspector calls a new optional argument dangerous. This project calls it compatible. */
const byPolicy: Rule = ({ changes }) =>
  changes.map((change) =>
    change.type === ChangeType.FieldArgumentAdded && change.criticality.level === CriticalityLevel.Dangerous
      ? { ...change, criticality: { level: CriticalityLevel.NonBreaking } }
      : change,
  )

/** Returns the changes between two schemas, each with its class as criticality. */
export const changesBetween = (before: GraphQLSchema, after: GraphQLSchema): Promise<Change[]> =>
  diff(before, after, [byPolicy])

/** Returns whether the version `next` may contain breaking changes since the version `last`: see docs/versioning.md. */
export function mayBreak(last: string, next: string): boolean {
  const [[lastMajor = 0, lastMinor = 0], [major = 0, minor = 0]] = [last, next].map((version) =>
    version.split('.').map(Number),
  ) as [number[], number[]]
  return major > lastMajor || (major === 0 && minor > lastMinor)
}

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()

/** Returns the tag of the last release; undefined before the first. */
const lastRelease = () =>
  git('tag', '--list', 'v*.*.*', '--sort=-version:refname', '--merged').split('\n')[0] || undefined

async function report(given: string | undefined): Promise<void> {
  const release = lastRelease()
  const since = given ?? release ?? 'main'
  const before = buildSchema(git('show', `${since}:schema.graphql`))
  const after = buildSchema(readFileSync('schema.graphql', 'utf8'))
  const changes = await changesBetween(before, after)
  for (const level of [CriticalityLevel.Breaking, CriticalityLevel.Dangerous])
    for (const { message, criticality } of changes)
      if (criticality.level === level) console.log(`${level.toLowerCase()}: ${message}`)
  const isBreaking = changes.some(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  if (!isBreaking || since !== release || mayBreak(release.slice(1), version)) return
  console.error(
    `The version ${version} may not break clients of ${release}: undo the breaking changes, or raise the version.`,
  )
  process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await report(process.argv[2])
