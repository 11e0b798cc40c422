import { isDay } from '../../domain/date.ts'
import { UserError } from '../../domain/errors.ts'
import type { Input, InputFile } from '../pipeline/input.ts'
import { rootAttributes, type XmlElement, type XmlShape, xmlRecords } from './xml.ts'

/** Reads the entries of a list that is one XML file. Reads the file once to the end first, so that a damaged file is refused as a whole. */
export async function* xmlEntries(input: Input, shape: XmlShape): AsyncGenerator<XmlElement> {
  const file = fileOf(input, shape)
  for await (const _ of xmlRecords(file, shape));
  yield* xmlRecords(file, shape)
}

/** Returns the day in an attribute of the root element, such as "2026-02-27T00:00:09Z"; undefined if it is not a day. */
export async function xmlDay(input: Input, shape: XmlShape, attribute: string): Promise<string | undefined> {
  const day = (await rootAttributes(fileOf(input, shape), shape))[attribute]?.slice(0, 10)
  return day && isDay(day) ? day : undefined
}

function fileOf({ files, isDirectory }: Input, { expected }: XmlShape): InputFile {
  const [file, ...others] = isDirectory ? files.filter(({ name }) => /\.xml$/i.test(name)) : files
  if (!file) throw new UserError(`The directory has no .xml file: pass ${expected}.`)
  if (others.length > 0)
    throw new UserError(`The directory has ${others.length + 1} .xml files: pass the file of one day.`)
  return file
}
