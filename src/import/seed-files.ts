import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getNodeValue, type ParseError, type ParseErrorCode, parseTree, printParseErrorCode } from 'jsonc-parser'
import { UserError } from '../domain/errors.ts'
import { checkRecord, dateline, isExport } from './formats/dateline/dateline.ts'
import { importFiles } from './pipeline/import-files.ts'
import { type ImportReport, importRecords } from './pipeline/importer.ts'
import { openInput } from './pipeline/input.ts'
import { seedCountries } from './seed.ts'

/** A seed file that was read: its records are imported when `load` is called. */
interface SeedFile {
  readonly name: string
  /** Whether the file contains all countries that its records refer to. */
  readonly hasCountries: boolean
  load(): Promise<ImportReport>
}

/** The report of a file. The numbers of its rejections are lines. */
export interface SeedFileReport extends ImportReport {
  readonly name: string
}

/**
 * Imports the countries, then the records of the files, in the given order. A file is a JSON array of records, as those in seed/data, or
 * has one record in each line, as `export` writes them. Throws a `UserError` if a file cannot be read or is not JSON; then nothing is
 * imported. Records with mistakes are in the reports, each with its line.
 */
export async function seedFrom(names: readonly string[]): Promise<SeedFileReport[]> {
  const files = await Promise.all(names.map(readSeedFile))
  if (!files[0]?.hasCountries) await seedCountries()
  const reports: SeedFileReport[] = []
  for (const { name, load } of files) reports.push({ ...(await load().catch(naming(name))), name })
  return reports
}

/** Returns one sentence for each record, or part of a record, that was not imported. */
export const mistakesOf = (reports: readonly SeedFileReport[]): string[] =>
  reports.flatMap(({ name, rejections }) =>
    rejections.map(({ number, key, reason }) => `Line ${number} of ${name}${key ? ` (${key})` : ''}: ${reason}`),
  )

/** Adds the file to an error about all of its records. */
const naming = (name: string) => (error: unknown) => {
  throw error instanceof UserError
    ? new UserError(`The seed file ${name} cannot be imported. ${error.message}`, error.code, { cause: error })
    : error
}

async function readSeedFile(name: string): Promise<SeedFile> {
  const content = await readFile(name).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(`The seed file ${name} cannot be read (${cause.code}): correct its path or its permissions.`)
  })
  const text = content.toString('utf8').replace(/^\uFEFF/, '')
  return /^\s*\{/.test(text) ? linesOf(name) : arrayOf(name, text, content)
}

async function linesOf(name: string): Promise<SeedFile> {
  const input = await openInput(name)
  return { name, hasCountries: await isExport(input), load: () => importFiles(dateline, input) }
}

function arrayOf(name: string, text: string, content: Buffer): SeedFile {
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { disallowComments: true })
  const lineAt = lineCounter(text)
  if (errors[0]) {
    const { error, offset } = errors[0]
    throw new UserError(
      `The seed file ${name} is not JSON: ${wordsOf(error)} in line ${lineAt(offset)}. Correct this line.`,
    )
  }
  if (tree?.type !== 'array')
    throw new UserError(
      `The seed file ${name} is not a list of records: write a JSON array of records, or one record in each line.`,
    )
  const lines = (tree.children ?? []).map((node) => ({
    number: lineAt(node.offset),
    ...checkRecord(getNodeValue(node)),
  }))
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { name, hasCountries: false, load: () => importRecords({ format: 'dateline', sha256, lines }) }
}

/** Returns the parser's name of a mistake in words, such as "comma expected". */
const wordsOf = (error: ParseErrorCode): string =>
  printParseErrorCode(error)
    .replace(/\B[A-Z]/g, ' $&')
    .toLowerCase()

/** Returns a function from an offset in a text to its line, from 1. Offsets have to be passed in ascending order. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let counted = 0
  return (offset) => {
    for (let end = text.indexOf('\n', counted); end >= 0 && end < offset; end = text.indexOf('\n', counted)) {
      line++
      counted = end + 1
    }
    return line
  }
}
