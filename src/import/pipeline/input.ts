import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs'
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { UserError } from '../../domain/errors.ts'

/** A file to import. It can be read several times. */
export interface InputFile {
  /** The name, without the folder and without ".gz". */
  readonly name: string
  /** The size on disk, in bytes. */
  readonly size: number
  /** Reads the bytes, decompressed if necessary. */
  read(): AsyncIterable<Buffer>
  /** The number of bytes on disk that the last call of `read` has read. */
  readonly position: number
  /** Sets the position to 0, after a read that does not count as progress. */
  rewind(): void
}

/** The input of an import: a file, all files of a directory, or a temporary copy of standard input. */
export interface Input {
  readonly isDirectory: boolean
  /** The files in the order of their names. */
  readonly files: readonly InputFile[]
  /** Deletes the temporary copy, if there is one. */
  close(): Promise<void>
}

/** The path of standard input, which "-" stands for. */
export const standardInput = '/dev/stdin'

/**
 * Opens a file, a directory, standard input or a pipe. Copies standard input and pipes to a temporary file first, so that
 * they can be read several times. Throws a `UserError` if there is no such file.
 */
export async function openInput(location: string, stdin: NodeJS.ReadableStream = process.stdin): Promise<Input> {
  if (location === '-' || location === standardInput) return copyToFile(stdin)
  const stats = await stat(location).catch(() => null)
  if (!stats)
    throw new UserError(
      `There is no file or directory "${location}": correct the path, or pass "-" to read standard input.`,
    )
  const close = async () => {}
  if (!stats.isDirectory() && !stats.isFile()) return copyToFile(createReadStream(location))
  if (!stats.isDirectory()) return { isDirectory: false, files: [await fileAt(location)], close }
  const entries = await readdir(location, { withFileTypes: true })
  const names = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
  return {
    isDirectory: true,
    files: await Promise.all(names.sort().map((name) => fileAt(path.join(location, name)))),
    close,
  }
}

/** The SHA-256 hashes of an input's decompressed content, in hex digits: of all files together, and of each file. */
interface Content {
  readonly sha256: string
  readonly files: readonly string[]
  /** The size of the decompressed content, in bytes. */
  readonly bytes: number
}

/** Returns the hashes and the size of an input. Throws a `UserError` if a compressed file is truncated. */
export async function hashesOf(files: readonly InputFile[], signal?: AbortSignal): Promise<Content> {
  const whole = createHash('sha256')
  const hashes: string[] = []
  let bytes = 0
  for (const file of files) {
    const hash = createHash('sha256')
    for await (const chunk of file.read()) {
      signal?.throwIfAborted()
      hash.update(chunk)
      bytes += chunk.length
      if (files.length > 1) whole.update(chunk)
    }
    hashes.push(hash.digest('hex'))
  }
  for (const file of files) file.rewind()
  const [only] = hashes
  return { sha256: hashes.length === 1 && only ? only : whole.digest('hex'), files: hashes, bytes }
}

async function fileAt(location: string): Promise<InputFile> {
  const { size } = await stat(location)
  const zipped = await isZipped(location)
  let raw: ReadStream | undefined
  return {
    name: path.basename(location).replace(/\.gz$/i, ''),
    size,
    read: () => {
      raw = createReadStream(location, { highWaterMark: 1 << 18 })
      return zipped ? unzipped(raw, path.basename(location)) : raw
    },
    get position() {
      return raw?.bytesRead ?? 0
    },
    rewind: () => {
      raw = undefined
    },
  }
}

async function isZipped(location: string): Promise<boolean> {
  const file = await open(location)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

async function* unzipped(raw: ReadStream, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  // An error in one of the two streams also ends the other.
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

/** Copies a stream to a temporary file, which `close` deletes. */
async function copyToFile(stream: NodeJS.ReadableStream): Promise<Input> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-'))
  const close = () => rm(folder, { recursive: true, force: true })
  try {
    const file = path.join(folder, 'stdin')
    await pipeline(stream, createWriteStream(file, { mode: 0o600 }))
    return { isDirectory: false, files: [await fileAt(file)], close }
  } catch (error) {
    await close()
    throw error
  }
}
