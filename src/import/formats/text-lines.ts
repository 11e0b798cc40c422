import { isUtf8 } from 'node:buffer'

/** A line of a text file, or the reason why it cannot be read. */
export type TextLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly mistake: string }

/** Maximum length of a line, in bytes. It limits the memory; no format has lines that long. */
const MAX_LINE_BYTES = 4 * 1024 * 1024

const newline = 0x0a

/** Splits bytes into lines that end in LF or CRLF. Skips empty lines. A line that is too long or not UTF-8 is a mistake. */
export async function* textLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<TextLine> {
  let number = 0
  let start: Buffer[] = []
  let length = 0
  const endLine = (end: Buffer): TextLine | undefined => {
    const line = start.length > 0 ? Buffer.concat([...start, end]) : end
    const total = length + end.length
    start = []
    length = 0
    number++
    if (total > MAX_LINE_BYTES)
      return {
        number,
        mistake: `The line is longer than ${MAX_LINE_BYTES / 1024 / 1024} MB and cannot be read: shorten it.`,
      }
    if (!isUtf8(line)) return { number, mistake: 'The line is not valid UTF-8: convert the file to UTF-8.' }
    const text = line
      .toString('utf8')
      .replace(/\r$/, '')
      .replace(number === 1 ? /^\uFEFF/ : /(?!)/, '')
    return text.trim() === '' ? undefined : { number, text }
  }
  for await (const chunk of bytes) {
    let offset = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, offset)) {
      const line = endLine(chunk.subarray(offset, end))
      if (line) yield line
      offset = end + 1
    }
    const rest = chunk.subarray(offset)
    length += rest.length
    // Of a line that is too long, only the length is kept.
    if (length <= MAX_LINE_BYTES) start.push(rest)
    else start = []
  }
  if (length > 0) {
    const line = endLine(Buffer.alloc(0))
    if (line) yield line
  }
}
