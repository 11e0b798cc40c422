import { z } from 'zod'
import { isDay } from '../../../domain/date.ts'
import type { Input } from '../../pipeline/input.ts'
import type { Format } from '../format.ts'
import type { Line } from '../line.ts'
import { textLines } from '../text-lines.ts'
import { wordsOf } from './mistake.ts'
import { recordSchema } from './record.ts'

/** Dateline's own format, which the export writes: one JSON object per line. */
export const dateline: Format = {
  name: 'dateline',
  reads: 'Dateline records as written by "export": one JSON object per line',
  snapshot: false,
  ordered: false,
  async *lines({ files, isDirectory }) {
    for (const file of files)
      for await (const line of textLines(file.read())) {
        if ('text' in line && isHeader(line.text)) continue
        const position = isDirectory ? { number: line.number, file: file.name } : { number: line.number }
        yield { ...('mistake' in line ? { key: null, reason: line.mistake } : readRecord(line.text)), ...position }
      }
  },
}

/** Returns whether an input is an export, which contains all countries that it refers to. */
export async function isExport({ files: [file] }: Input): Promise<boolean> {
  if (!file) return false
  for await (const line of textLines(file.read())) return 'text' in line && isHeader(line.text)
  return false
}

/** Returns whether a line is the header of an export: the attributions of its sources, which nothing is imported from. */
const isHeader = (text: string): boolean => text.startsWith('{"record":"EXPORT"')

function readRecord(text: string) {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { key: null, reason: 'The line is not JSON: it is damaged or in another format.' }
  }
  return isSnapshot(value) ? checkSnapshot(value) : checkRecord(value)
}

/** The line that the export writes for each sanctions list: the day of its last complete snapshot. */
const snapshotSchema = z.strictObject({
  record: z.literal('SNAPSHOT'),
  list: z.string().min(1, { error: 'must be the name of a list, such as "OFAC_SDN"' }),
  asOf: z.string().refine(isDay, { error: 'must be a calendar day, such as 2021-07-07' }),
})

const isSnapshot = (value: unknown) => z.object({ record: z.literal('SNAPSHOT') }).safeParse(value).success

function checkSnapshot(value: unknown) {
  const { data, error } = snapshotSchema.safeParse(value)
  if (data) return { snapshot: { list: data.list, asOf: data.asOf } }
  return { key: null, reason: wordsOf(error) }
}

/** Validates Dateline records. Returns a `BadLine` with the reason for a record that is not valid. */
export function* checkRecords(values: Iterable<unknown>): Generator<Line> {
  let number = 0
  for (const value of values) {
    yield { number: ++number, ...checkRecord(value) }
  }
}

/** Validates one Dateline record. Returns the record, or the key and the reason for one that is not valid. */
export function checkRecord(value: unknown) {
  const { data, error } = recordSchema.safeParse(value)
  if (data) return { record: data }
  return { key: keyOf(value), reason: wordsOf(error) }
}

const keyed = z.object({ identifiers: z.tuple([z.string()]).rest(z.unknown()) })

function keyOf(value: unknown): string | null {
  return keyed.safeParse(value).data?.identifiers[0] ?? null
}
