import { isUtf8 } from 'node:buffer'
import { type SaxesAttributePlain, SaxesParser, type SaxesTagPlain } from 'saxes'
import { UserError } from '../../domain/errors.ts'
import type { InputFile } from '../pipeline/input.ts'

/** An element of an XML file, with everything in it. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** The text between the tags, without that of the children. */
  readonly text: string
  /** The number of the line on which the start tag begins, from 1. */
  readonly line: number
}

/** The names of the elements that a format reads. */
export interface XmlShape {
  readonly root: string
  /** The elements that are records. They are anywhere below the root, and contain no other records. */
  readonly records: readonly string[]
  /** The description of the file to pass instead of one with another root. */
  readonly expected: string
}

// These limits protect the memory; no list has records like that.
/** Maximum length of the names, attributes and texts of a record, in UTF-16 code units. */
const MAX_RECORD = 4 * 1024 * 1024
/** Maximum number of the elements and attributes of a record. */
const MAX_PARTS = 20_000
/** Maximum number of bytes of one tag, attribute, text or comment. It is checked once for each chunk that is read. */
const MAX_PIECE_BYTES = 1024 * 1024
/** Maximum number of elements that contain one another. */
const MAX_DEPTH = 32

/**
 * Reads the records of an XML file, and keeps only one at a time. Throws a `UserError` if the file is not well-formed, has another
 * root, is not UTF-8, contains a DOCTYPE, or has a record that is too large. Entities are not expanded, except the five of XML.
 */
export async function* xmlRecords(file: InputFile, shape: XmlShape): AsyncGenerator<XmlElement> {
  const reader = new RecordReader(file.name, shape)
  for await (const chunk of file.read()) {
    reader.write(chunk)
    yield* reader.takeRecords()
  }
  reader.close()
}

/** Returns the attributes of the root element of an XML file. Throws a `UserError` if the file does not begin as `xmlRecords` requires. */
export async function rootAttributes(file: InputFile, shape: XmlShape): Promise<Readonly<Record<string, string>>> {
  const reader = new RecordReader(file.name, shape)
  for await (const chunk of file.read()) {
    reader.write(chunk)
    if (reader.root) return reader.root
  }
  reader.close()
  return reader.root ?? {}
}

/** Returns the children of an element that have a name. */
export const childrenNamed = ({ children }: XmlElement, name: string): XmlElement[] =>
  children.filter((child) => child.name === name)

/** Returns the text of the first child that has a name, without white space at its ends; "" if there is none. */
export const textOf = (element: XmlElement, name: string): string =>
  element.children.find((child) => child.name === name)?.text.trim() ?? ''

interface OpenElement extends XmlElement {
  readonly children: OpenElement[]
  text: string
}

class RecordReader {
  /** The attributes of the root element; undefined before its start tag is complete. */
  root: Readonly<Record<string, string>> | undefined
  readonly #file: string
  readonly #shape: XmlShape
  readonly #parser = new SaxesParser()
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #isStarted = false
  #hasRoot = false
  #isClosing = false
  #depth = 0
  #records: XmlElement[] = []
  /** The record that is being read, and the elements in it that are open. */
  #open: OpenElement[] = []
  /** The line of the start tag that is being read. */
  #tagLine = 1
  /** The length and the number of parts of the record or start tag that is being read. */
  #length = 0
  #parts = 0
  /** The number of bytes since the last tag, attribute, text or comment was complete. */
  #pieceBytes = 0

  constructor(file: string, shape: XmlShape) {
    this.#file = file
    this.#shape = shape
    this.#parser.on('error', (error) => this.#refuse(this.#inWords(error)))
    this.#parser.on('xmldecl', ({ encoding }) => this.#checkEncoding(encoding))
    this.#parser.on('doctype', () =>
      this.#refuse(
        `it contains a DOCTYPE on line ${this.#parser.line}, which may define entities. Remove it, or pass the file of the publisher.`,
      ),
    )
    this.#parser.on('opentagstart', (tag) => this.#startTag(tag.name))
    this.#parser.on('attribute', (attribute) => this.#addAttribute(attribute))
    this.#parser.on('opentag', (tag) => this.#openElement(tag))
    this.#parser.on('closetag', () => this.#closeElement())
    this.#parser.on('text', (text) => this.#addText(text))
    this.#parser.on('cdata', (text) => this.#addText(text))
    this.#parser.on('comment', () => this.#endPiece())
    this.#parser.on('processinginstruction', () => this.#endPiece())
  }

  write(chunk: Buffer): void {
    this.#pieceBytes += chunk.length
    if (this.#isStarted) this.#parse(chunk)
    else this.#start(chunk)
    if (this.#pieceBytes > MAX_PIECE_BYTES)
      this.#refuse(
        `a tag, an attribute, a text or a comment on line ${this.#parser.line} is longer than ${MAX_PIECE_BYTES / 1024 / 1024} MB. Download it again, or pass another file.`,
      )
  }

  close(): void {
    if (!this.#isStarted) this.#refuse('it is empty. Download it again, or pass another file.')
    this.#isClosing = true
    this.#decode(Buffer.alloc(0), false)
    this.#parser.close()
  }

  /** Returns the complete records that were not returned yet. */
  takeRecords(): XmlElement[] {
    const records = this.#records
    this.#records = []
    return records
  }

  #start(chunk: Buffer): void {
    const [first, second] = chunk
    if (first === undefined) return
    this.#isStarted = true
    const isMarked = (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)
    const isWide = (first === 0x3c && second === 0) || (first === 0 && second === 0x3c)
    if (isMarked || isWide) this.#checkEncoding('UTF-16')
    // The declaration is parsed first, because it may name the encoding of bytes that are not UTF-8.
    const end = chunk.indexOf('>') + 1
    this.#parse(chunk.subarray(0, end))
    this.#parse(chunk.subarray(end))
  }

  #parse(chunk: Buffer): void {
    if (chunk.length > 0) this.#parser.write(this.#decode(chunk, true))
  }

  #decode(chunk: Buffer, stream: boolean): string {
    try {
      return this.#decoder.decode(chunk, { stream })
    } catch {
      return this.#refuse(`line ${this.#badLine(chunk)} is not valid UTF-8. Convert it to UTF-8.`)
    }
  }

  /** Returns the number of the first line of a chunk that is not valid UTF-8. */
  #badLine(chunk: Buffer): number {
    let { line } = this.#parser
    let start = 0
    // The first bytes may continue a character of the previous chunk.
    while (start < 3 && ((chunk[start] ?? 0) & 0xc0) === 0x80) start++
    for (let end = chunk.indexOf('\n', start); end >= 0 && isUtf8(chunk.subarray(start, end)); line++) {
      start = end + 1
      end = chunk.indexOf('\n', start)
    }
    return line
  }

  #checkEncoding(encoding: string | undefined): void {
    if (encoding && encoding.toUpperCase() !== 'UTF-8')
      this.#refuse(`its encoding is ${encoding.slice(0, 20)}, not UTF-8. Convert it to UTF-8.`)
  }

  #startTag(name: string): void {
    this.#endPiece()
    const { line, column } = this.#parser
    // The parser has already read the character after the name.
    this.#tagLine = column === 0 ? line - 1 : line
    if (++this.#depth > MAX_DEPTH)
      this.#refuse(`line ${this.#tagLine} has more than ${MAX_DEPTH} elements in one another. Pass another file.`)
    if (this.#depth === 1 && name !== this.#shape.root)
      this.#refuse(
        `its root element is <${name.slice(0, 60)}>, not <${this.#shape.root}>. Pass ${this.#shape.expected}.`,
      )
    this.#hasRoot = true
    if (this.#open.length === 0) [this.#length, this.#parts] = [0, 0]
    this.#count(name.length)
  }

  #addAttribute({ name, value }: SaxesAttributePlain): void {
    this.#endPiece()
    this.#count(name.length + value.length)
  }

  #openElement({ name, attributes }: SaxesTagPlain): void {
    this.#endPiece()
    this.root ??= attributes
    const parent = this.#open.at(-1)
    const { records } = this.#shape
    if (parent && records.includes(name))
      this.#refuse(
        `line ${this.#tagLine} has a <${name}> within the <${this.#open[0]?.name}> that starts on line ${this.#open[0]?.line}. Download it again, or pass another file.`,
      )
    if (!parent && !records.includes(name)) {
      const record = records.find((each) => each.toLowerCase() === name.replace(/^.*:/, '').toLowerCase())
      if (record)
        this.#refuse(
          `line ${this.#tagLine} has <${name.slice(0, 60)}> instead of <${record}>. Pass ${this.#shape.expected}.`,
        )
      return
    }
    const element: OpenElement = { name, attributes, children: [], text: '', line: this.#tagLine }
    parent?.children.push(element)
    this.#open.push(element)
  }

  #closeElement(): void {
    this.#endPiece()
    this.#depth--
    const element = this.#open.pop()
    if (element && this.#open.length === 0) this.#records.push(element)
  }

  #addText(text: string): void {
    this.#endPiece()
    const element = this.#open.at(-1)
    if (!element) return
    element.text += text
    this.#count(text.length, 0)
  }

  /** Counts what the record or the start tag contains. Refuses the file if that is too much. */
  #count(length: number, parts = 1): void {
    this.#length += length
    this.#parts += parts
    const { name, line } = this.#open[0] ?? { name: undefined, line: this.#tagLine }
    const what = name ? `the <${name}> that starts on line ${line}` : `the tag on line ${line}`
    if (this.#length > MAX_RECORD)
      this.#refuse(`${what} is longer than ${MAX_RECORD / 1024 / 1024} MB. Download it again, or pass another file.`)
    if (this.#parts > MAX_PARTS)
      this.#refuse(
        `${what} has more than ${MAX_PARTS} elements and attributes. Download it again, or pass another file.`,
      )
  }

  #endPiece(): void {
    this.#pieceBytes = 0
  }

  #inWords({ message }: Error): string {
    const { line } = this.#parser
    const problem = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')
    if (!this.#hasRoot) return `it is not XML. Pass ${this.#shape.expected}.`
    if (this.#isClosing) return `it ends on line ${line}, before the end of <${this.#shape.root}>. Download it again.`
    if (problem === 'undefined entity')
      return `line ${line} contains an entity that XML does not define. Download it again, or write the character instead.`
    return `line ${line} is not well-formed: ${problem}. Download it again, or pass another file.`
  }

  #refuse(problem: string): never {
    throw new UserError(`The file ${this.#file} cannot be read as XML: ${problem}`)
  }
}
