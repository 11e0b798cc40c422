import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs'
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { UserError } from '../../domain/errors.ts'

/** A file to import; it can be read more than once. */
export interface InputFile {
  /** Its name, without folder and without ".gz". */
  readonly name: string
  /** How many bytes it has on disk. */
  readonly size: number
  /** Its bytes, unzipped. */
  read(): AsyncIterable<Buffer>
  /** How many of its bytes on disk have been read, by the reading that is under way or was the last. */
  readonly position: number
  /** Sets the position to 0, once what was read is not the work itself. */
  rewind(): void
}

/** What is to be imported: a file, all the files of a directory, or what comes by standard input. */
export interface Input {
  readonly isDirectory: boolean
  /** In the order of their names. */
  readonly files: readonly InputFile[]
  /** Lets go of what was put aside. */
  close(): Promise<void>
}

/** What stands for standard input, beside "-". */
export const standardInput = '/dev/stdin'

/** Opens a file, a directory, standard input or a pipe. What can be read once alone is put aside first. */
export async function openInput(place: string, stdin: NodeJS.ReadableStream = process.stdin): Promise<Input> {
  if (place === '-' || place === standardInput) return putAside(stdin)
  const found = await stat(place).catch(() => null)
  if (!found)
    throw new UserError(
      `There is no file or directory "${place}": correct the path, or pass "-" to read standard input.`,
    )
  const close = async () => {}
  if (!found.isDirectory() && !found.isFile()) return putAside(createReadStream(place))
  if (!found.isDirectory()) return { isDirectory: false, files: [await fileAt(place)], close }
  const entries = await readdir(place, { withFileTypes: true })
  const names = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  return {
    isDirectory: true,
    files: await Promise.all(names.sort().map((name) => fileAt(path.join(place, name)))),
    close,
  }
}

/** SHA-256 of what the files hold, zipped or not; whoever reads that far knows that they are whole. */
export async function hashOf(files: readonly InputFile[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) for await (const chunk of file.read()) hash.update(chunk)
  for (const file of files) file.rewind()
  return hash.digest('hex')
}

async function fileAt(place: string): Promise<InputFile> {
  const { size } = await stat(place)
  const zipped = await isZipped(place)
  let raw: ReadStream | undefined
  return {
    name: path.basename(place).replace(/\.gz$/i, ''),
    size,
    read: () => {
      raw = createReadStream(place, { highWaterMark: 1 << 18 })
      return zipped ? unzipped(raw, path.basename(place)) : raw
    },
    get position() {
      return raw?.bytesRead ?? 0
    },
    rewind: () => {
      raw = undefined
    },
  }
}

async function isZipped(place: string): Promise<boolean> {
  const file = await open(place)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

async function* unzipped(raw: ReadStream, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  // An error of either ends the reading of the other.
  const piped = pipeline(raw, gunzip).catch((error: unknown) => error)
  try {
    yield* gunzip
  } catch (cause) {
    const message = `The file ${name} is truncated or damaged and cannot be unzipped: download it again.`
    throw new UserError(message, undefined, { cause })
  } finally {
    raw.destroy()
    await piped
  }
}

async function putAside(stdin: NodeJS.ReadableStream): Promise<Input> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-'))
  const close = () => rm(folder, { recursive: true, force: true })
  try {
    const place = path.join(folder, 'stdin')
    await pipeline(stdin, createWriteStream(place, { mode: 0o600 }))
    return { isDirectory: false, files: [await fileAt(place)], close }
  } catch (error) {
    await close()
    throw error
  }
}
