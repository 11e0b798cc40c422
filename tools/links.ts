// Finds dead links and unknown file names in Markdown and comments, and commands that would run another package.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const EXTENSIONS = 'ts|js|mjs|json|md|sql|prisma|graphql|yml|sh|html'
const FILE = `(?:[\\w.-]+/)*[\\w-][\\w.-]*\\.(?:${EXTENSIONS})(?![\\w*<(-]|\\.\\w)`
const FOLDER = '(?:src|tests|tools|docs|bench|prisma|seed|examples)(?:/[\\w-]+)+(?![\\w*<./-])'
const NAME = new RegExp(`(?<![\\w./<>*:@-])(?:${FILE}|${FOLDER})`, 'g')
const COMMENT = /(?:^|\s)(?:\/\/|\/?\*+|#|--)\s(.*)$/

/** Files that a build or a run creates, and a name that is not a file. */
const NOT_TRACKED = /^(dist\/|src\/db\/generated$|worst\.json$|Node\.js$)/

/** Returns one sentence for each mistake in a file. `files` are the files of the repository. */
export function mistakesIn(file: string, text: string, files: ReadonlySet<string>): string[] {
  const mistakes: string[] = []
  const isMarkdown = file.endsWith('.md')
  const known = isMarkdown ? new Set([...files, ...filesOfCode(text)]) : files
  let isCode = false
  for (const [index, line] of text.split('\n').entries()) {
    const report = (mistake: string) => mistakes.push(`${file}:${index + 1}: ${mistake}`)
    if (/npx\s+(?!--no\s)(-\S+\s+)*dateline\b/.test(line))
      report(
        'npx could run another package of this name: use "npm run …", "node dist/cli/dateline.js …", or "npx --no dateline …".',
      )
    if (isMarkdown && line.startsWith('```')) isCode = !isCode
    if (isMarkdown && !isCode)
      for (const [, link = ''] of line.matchAll(/\]\(([^)\s]+)\)/g))
        if (!leadsSomewhere(link, file, files)) report(`The link ${link} leads nowhere: correct it, or remove it.`)
    const prose = isMarkdown ? (isCode ? '' : line) : (COMMENT.exec(line)?.[1] ?? '')
    for (const [name] of prose.replace(/https?:\/\/\S+|\]\([^)]*\)/g, ' ').matchAll(NAME))
      if (!NOT_TRACKED.test(name) && !isKnown(name, file, known))
        report(`There is no file ${name}: correct the name, or remove it.`)
  }
  return mistakes
}

function leadsSomewhere(link: string, file: string, files: ReadonlySet<string>): boolean {
  if (/^[a-z]+:/.test(link)) return true
  const [target = '', heading] = link.split('#')
  const found = target ? path.posix.join(path.posix.dirname(file), target).replace(/\/$/, '') : file
  if (!isFileOrFolder(found, files)) return false
  return heading === undefined || headingsOf(readFileSync(new URL(`../${found}`, import.meta.url), 'utf8')).has(heading)
}

/** Returns the names of files whose text is code on the page itself: "`name`:" and then the code. */
const filesOfCode = (text: string): string[] =>
  [...text.matchAll(/^`([\w./-]+)`:\n\n```/gm)].map(([, name = '']) => name)

/**
 * Returns whether a name is a path from the root, from `src` or from the file's folder, or the end of any file's path.
 */
function isKnown(name: string, file: string, files: ReadonlySet<string>): boolean {
  const roots = ['', 'src', path.posix.dirname(file)]
  return (
    roots.some((root) => isFileOrFolder(path.posix.join(root, name), files)) ||
    [...files].some((known) => known.endsWith(`/${name}`))
  )
}

const isFileOrFolder = (name: string, files: ReadonlySet<string>): boolean =>
  files.has(name) || [...files].some((known) => known.startsWith(`${name}/`))

/** Returns the anchors that GitHub creates for the headings of a page. */
const headingsOf = (text: string): Set<string> =>
  new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slugOf(heading)))
const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../', import.meta.url)
  const files = new Set(
    execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
      .split('\n')
      .filter(Boolean),
  )
  const read = [...files].filter((file) => /\.(md|ts|js|mjs|sql|yml|prisma|sh)$|^Dockerfile$|^\.ci\//.test(file))
  const mistakes = read.flatMap((file) => mistakesIn(file, readFileSync(new URL(file, root), 'utf8'), files))
  for (const mistake of mistakes) console.error(mistake)
  if (mistakes.length > 0) process.exitCode = 2
}
