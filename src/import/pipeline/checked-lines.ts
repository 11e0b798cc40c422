import { wordsOf } from '../formats/dateline/mistake.ts'
import { type DatelineRecord, recordSchema } from '../formats/dateline/record.ts'
import { type BadLine, type GoodLine, isBad, type Line } from '../formats/line.ts'
import { isLabel } from './candidate.ts'

/** Maximum length of a name, in characters. The longest of the lists has 324. An index of the database limits it too. */
const MAX_NAME = 2000
/** Maximum length of an identifier and of a listing id, in characters. */
const MAX_KEY = 1000

/**
 * Returns the lines of a list, as far as they can be stored. A line is bad if its records break a rule, such as a name of white space, or
 * if an earlier line has the same entry. A name besides the displayed one is left out if it is too long or has no letter.
 */
export async function* checkedLines(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  const places = new Map<string, Pick<BadLine, 'number' | 'file'>>()
  const checked = new WeakSet<DatelineRecord>()
  for await (const line of lines) {
    if (isBad(line)) {
      yield line
      continue
    }
    const entry = withoutBadNames(line)
    const reason = repetitionIn(entry, places) ?? mistakeIn(entry, checked)
    const { number, file, record } = entry
    if (reason) yield { number, ...(file ? { file } : {}), key: record?.identifiers[0]?.slice(0, 100) ?? null, reason }
    else yield entry
  }
}

function withoutBadNames(line: GoodLine): GoodLine {
  const { record, leftOut = [] } = line
  if (record?.record !== 'ACTOR') return line
  const mistakes = record.names?.flatMap(({ value }) => mistakeInName(value) ?? []) ?? []
  if (mistakes.length === 0) return line
  const key = record.identifiers[0] ?? ''
  const names = record.names?.filter(({ value }) => !mistakeInName(value))
  const reasons = mistakes.map((mistake) => ({
    key,
    reason: `A name besides the displayed one ${mistake}, and is left out.`,
  }))
  return { ...line, record: { ...record, names }, leftOut: [...leftOut, ...reasons] }
}

/** Returns what is wrong with a name, as the rest of a sentence; undefined if it can be stored and read. */
function mistakeInName(name: string): string | undefined {
  if (name.length > MAX_NAME) return `has more than ${MAX_NAME} characters`
  return /[\p{L}\p{N}]/u.test(name) ? undefined : 'has neither a letter nor a digit'
}

/** Returns the reason to reject an entry that an earlier line has; undefined, and notes its place, if there is none. */
function repetitionIn(
  { number, file, record, listings = [] }: GoodLine,
  places: Map<string, Pick<BadLine, 'number' | 'file'>>,
): string | undefined {
  if (!record || listings.length === 0) return undefined
  const keys = record.identifiers.filter((each) => !isLabel(each))
  const key = keys.find((each) => places.has(each))
  const first = key && places.get(key)
  if (!first) {
    for (const each of keys) places.set(each, file ? { number, file } : { number })
    return undefined
  }
  if (first.file !== file)
    return `The entry ${key} is also in line ${first.number} of ${first.file}: import the two files one after the other, each with its day.`
  return `The entry ${key} is also in line ${first.number}: remove one of the two.`
}

function mistakeIn({ record, companions = [], listings = [] }: GoodLine, checked: WeakSet<DatelineRecord>) {
  const mistake = record?.record === 'ACTOR' && mistakeInName(record.name)
  if (mistake) return `The name ${mistake}: the entry is damaged.`
  const keys = [...(record?.identifiers ?? []), ...listings.map(({ sanction }) => sanction)]
  if (keys.some((each) => each.length > MAX_KEY))
    return `A number or the name of a programme has more than ${MAX_KEY} characters: the entry is damaged.`
  for (const each of record ? [...companions, record] : companions) {
    // Lines share records, such as that of a programme.
    if (checked.has(each)) continue
    const { error } = recordSchema.safeParse(each)
    if (error) return wordsOf(error)
    checked.add(each)
  }
  return undefined
}
