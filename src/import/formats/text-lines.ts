import { isUtf8 } from 'node:buffer'

/** One line of a file of lines. */
export type TextLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly mistake: string }

/** A line that is longer is none of any format; so much is held in memory at most. */
const longest = 4 * 1024 * 1024

const newline = 0x0a

/** Parts bytes into lines, whether they end in LF or CRLF; says of each that is too long or no UTF-8 what it is. Empty ones are passed over. */
export async function* textLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<TextLine> {
  let number = 0
  let begun: Buffer[] = []
  let length = 0
  const take = (end: Buffer): TextLine | undefined => {
    const line = begun.length > 0 ? Buffer.concat([...begun, end]) : end
    const total = length + end.length
    begun = []
    length = 0
    number++
    if (total > longest)
      return { number, mistake: `The line is longer than ${longest / 1024 / 1024} MB and cannot be read: shorten it.` }
    if (!isUtf8(line)) return { number, mistake: 'The line is not valid UTF-8: convert the file to UTF-8.' }
    const text = line
      .toString('utf8')
      .replace(/\r$/, '')
      .replace(number === 1 ? /^\uFEFF/ : /(?!)/, '')
    return text.trim() === '' ? undefined : { number, text }
  }
  for await (const chunk of bytes) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = take(chunk.subarray(start, end))
      if (line) yield line
      start = end + 1
    }
    const rest = chunk.subarray(start)
    length += rest.length
    // Of a line that is too long, only how long it is.
    if (length <= longest) begun.push(rest)
    else begun = []
  }
  if (length > 0) {
    const line = take(Buffer.alloc(0))
    if (line) yield line
  }
}
