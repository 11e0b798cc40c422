import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Format } from '../../src/import/formats/format.ts'
import { type FileOptions, importFiles } from '../../src/import/pipeline/import-files.ts'
import type { ImportReport } from '../../src/import/pipeline/importer.ts'
import { openInput } from '../../src/import/pipeline/input.ts'

/** Imports a file or a directory into the open database. */
export async function importFolder(format: Format, place: string, options: FileOptions = {}): Promise<ImportReport> {
  return importFiles(format, await openInput(place), options)
}

/** Imports a file with this name and content. */
export async function importText(
  format: Format,
  name: string,
  content: string | Buffer,
  options: FileOptions = {},
): Promise<ImportReport> {
  return withFiles({ [name]: content }, (folder) => importFolder(format, path.join(folder, name), options))
}

/** Imports a directory with files of these names and contents. */
export async function importTexts(
  format: Format,
  contents: Record<string, string | Buffer>,
  options: FileOptions = {},
): Promise<ImportReport> {
  return withFiles(contents, (folder) => importFolder(format, folder, options))
}

async function withFiles<T>(
  contents: Record<string, string | Buffer>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
  try {
    for (const [name, content] of Object.entries(contents)) await writeFile(path.join(folder, name), content)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
