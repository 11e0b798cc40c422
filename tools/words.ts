// Finds wording that is hard to read: phrases that are hard for readers of English as a second language, and
// identifiers that only this project uses. Prints each with its file, its line and a replacement.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { argv, exit } from 'node:process'
import { fileURLToPath } from 'node:url'

interface Rule {
  /** The wording to replace, as a regular expression. A space also matches a line break in a comment. */
  readonly pattern: string
  /** The replacement. */
  readonly write: string
}

/** Phrases, matched in any case, in code, comments and prose. */
const phrases: readonly Rule[] = [
  // Rare words and idioms.
  { pattern: 'lest', write: '"so that … not"' },
  { pattern: 'for want of', write: '"because there is no …"' },
  { pattern: 'in vain', write: '"without success", or say what failed' },
  { pattern: '(has|have|had) (its|their|had its|had their) day', write: '"is obsolete" or "has expired"' },
  { pattern: '(lie|lies|lay|lying) ahead', write: '"future" or "is in the future"' },
  { pattern: '(mend|mends|mended|mending)', write: '"fix" or "correct"' },
  { pattern: '(bear|bears|bore|bearing) on', write: '"is related to" or "affects"' },
  { pattern: 'as one likes', write: '"without limit", or leave it out' },
  { pattern: '(has|have) to hold together', write: '"All given conditions must match."' },
  { pattern: '(fall|falls|fell) in between', write: '"no event is missed"' },
  { pattern: 'keys that registers? gives?', write: '"external identifiers"' },
  { pattern: 'gave out', write: '"returned" or "issued"' },
  { pattern: '(is|are) not a deed', write: 'say what does not change' },
  // Clauses that stand for a noun.
  { pattern: 'whoever', write: 'the noun: "the caller", "the reader", "the operator"' },
  { pattern: 'those who', write: 'the noun: "users who", "callers that"' },
  { pattern: 'what came of', write: '"the result of"' },
  { pattern: 'what is asked', write: '"the requested fields" or "the request"' },
  { pattern: '(is|are) asked together', write: '"all given conditions"' },
  { pattern: 'none of an enum', write: '"an unknown enum value"' },
  { pattern: 'what is withdrawn', write: '"retracted records"' },
  // Riddles.
  { pattern: 'asks? (for )?nothing', write: '"is ignored"' },
  { pattern: 'costs? nothing unless|nothing unless asked', write: '"computed only when selected"' },
  { pattern: 'so (it|they) (is|are),? (too )?(without (it|them)|where)', write: 'the default: "Default: true."' },
  { pattern: '(goes|go|went) on where', write: '"resumes after a disconnect"' },
]

/** Identifiers, matched case-sensitively, in code, prose and file names. */
const identifiers: readonly Rule[] = [
  { pattern: '(on)?[Uu]nplanned', write: '"not compilable"' },
  { pattern: '[Ww]ish(es)?', write: '"subscription filter"' },
  { pattern: '(compile-|write)?[Tt]ally', write: '"aggregate"' },
  { pattern: 'note[A-Z][A-Za-z]*', write: '"log…" or "record…"' },
  { pattern: 'DomainError', write: '"UserError"' },
  { pattern: 'meaningOf|Meaning', write: '"field plan"' },
  { pattern: 'askFor[A-Z][A-Za-z]*', write: '"plan…" or "bind…"' },
  { pattern: 'NoRoom', write: '"QueueFull"' },
  { pattern: 'at hand', write: '"buffered" or "cached"' },
  { pattern: 'judged apart', write: '"evaluated separately"' },
  { pattern: '[Dd]ear(er|est)?', write: '"expensive"' },
]

interface Finding {
  readonly file: string
  readonly line: number
  readonly found: string
  readonly write: string
}

/** A line break in a comment or a quoted paragraph separates words like a space. */
const gap = '(?:[ \\t]|\\r?\\n[ \\t]*(?:(?://+|\\*|"""|>)[ \\t]*)?)+'

const compiled = (rules: readonly Rule[], flags: string) =>
  rules.map(({ pattern, write }) => ({
    regex: new RegExp(`(?<![\\w$])(?:${pattern.replaceAll(' ', gap)})(?![\\w$])`, flags),
    write,
  }))

const rules = [...compiled(phrases, 'gi'), ...compiled(identifiers, 'g')]

/** Returns the wording to replace in a file, in the order of lines. */
export function findWords(file: string, text: string): Finding[] {
  const inName = rules.flatMap(({ regex, write }) =>
    [...file.matchAll(regex)].map(([found]) => ({ file, line: 1, found: `the file name ${found}`, write })),
  )
  const inText = rules.flatMap(({ regex, write }) =>
    [...text.matchAll(regex)].map((match) => ({
      file,
      line: text.slice(0, match.index).split('\n').length,
      found: match[0].replace(new RegExp(gap, 'g'), ' '),
      write,
    })),
  )
  return [...inName, ...inText].sort((a, b) => a.line - b.line)
}

/** The files to check: all that people read, except the generated client and migrations, which are never edited. */
const places = ['src', 'packages', 'schema.graphql', 'prisma/schema.prisma', 'docs', 'examples', 'tests', '*.md']

function files(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...places])
  return listed
    .toString()
    .split('\0')
    .filter((file) => /\.(ts|js|md|graphql|prisma)$/.test(file) && file !== 'tests/tools/words.unit.test.ts')
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const findings = files().flatMap((file) => findWords(file, readFileSync(file, 'utf8')))
  for (const { file, line, found, write } of findings) console.error(`${file}:${line}: "${found}": write ${write}.`)
  if (findings.length) {
    console.error(`${findings.length} phrases to replace. tools/words.ts has the list.`)
    exit(1)
  }
}
