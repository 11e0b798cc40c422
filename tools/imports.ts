// Checks which folder of src imports which: docs/architecture.md has the table. The linter checks for cycles.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The permitted imports by folder, more specific folders first. Folders that are not listed may import anything. */
const allowed: Record<string, readonly string[]> = {
  config: [],
  domain: [],
  db: ['config'],
  changelog: ['domain', 'db'],
  store: ['domain', 'db'],
  import: ['domain', 'store', 'db'],
  export: ['store', 'db'],
  query: ['domain', 'db'],
  schema: ['domain', 'db', 'store', 'changelog', 'query'],
  server: ['schema', 'query', 'changelog', 'store', 'db', 'config', 'domain'],
}

/** Modules that only one file may import, because they are not a documented entry point of their package. */
const only: Record<string, string> = {
  'graphql/execution/collectFields.js': 'src/query/compiler/collect-fields.ts',
}

const root = path.resolve(import.meta.dirname, '..')

/** Returns the folder of src, or the name of a file in src without its extension. */
const roomOf = (file: string) => path.relative('src', file).split(/[/.]/)[0] ?? ''

function* importsOf(file: string): Generator<string> {
  const text = readFileSync(path.join(root, file), 'utf8')
  for (const [, from, bare, called] of text.matchAll(
    /^(?:import|export)\b[^'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  ))
    yield from ?? bare ?? called ?? ''
}

function mistakeIn(file: string, imported: string): string | undefined {
  if (only[imported] && only[imported] !== file) return `${imported}: only ${only[imported]} may`
  const room = roomOf(file)
  const mayImport = allowed[room]
  if (!imported.startsWith('.') || !mayImport) return undefined
  const other = roomOf(path.join(path.dirname(file), imported))
  return other === room || mayImport.includes(other)
    ? undefined
    : `${other}: ${room} may import ${mayImport.join(', ') || 'nothing of ours'}`
}

const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => path.posix.join('src', file.replaceAll(path.sep, '/')))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('src/db/generated/'))
const mistakes = files.flatMap((file) =>
  [...importsOf(file)].flatMap((imported) => {
    const mistake = mistakeIn(file, imported)
    return mistake ? [`${file} imports ${mistake}.`] : []
  }),
)
for (const mistake of mistakes) console.error(mistake)
process.exitCode = mistakes.length > 0 ? 1 : 0
