import { UserError } from '../../../domain/errors.ts'
import type { InputFile } from '../../pipeline/input.ts'
import type { Field } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'
import { europeanUnion } from '../european-union.ts'
import type { Format } from '../format.ts'
import { groundOf } from '../ground.ts'
import { type ImoNumbers, imoNumbers } from '../imo.ts'
import type { Line, Listing } from '../line.ts'
import { nationalOf } from '../national-of.ts'
import { listSlug, twinsOf } from '../register.ts'
import { registerNumbers } from '../register-number.ts'
import { actKey, actOf } from './act.ts'
import { fuzzyDay } from './day.ts'
import { namesOf } from './name.ts'
import { nationalitiesOf, personalOf } from './personal.ts'
import { kinds, type Row, readRows } from './row.ts'

/** The EU's sanctions as the Official Journal publishes them, transcribed to CSV: the annexes of a regulation, or what an act adds. */
export const euJournal: Format = {
  name: 'eu-journal',
  reads:
    'annexes of EU regulations, transcribed from the Official Journal as CSV: consolidated, or what one act adds to them',
  snapshot: true,
  ordered: false,
  async *lines({ files, isDirectory }) {
    const csvFiles = isDirectory ? files.filter(({ name }) => /\.csv$/i.test(name)) : files
    if (csvFiles.length === 0) throw new UserError('The directory has no .csv file: pass the annexes of a regulation.')
    const counts = new Map<InputFile, ReadonlyMap<string, number>>()
    for (const file of csvFiles) {
      const rowsOfEntry = await countRows(file)
      counts.set(file, rowsOfEntry)
      // Reads each file once to the end, so that a damaged file is refused before any of its rows is written.
      for await (const _ of readFile(file, rowsOfEntry));
    }
    for (const [file, rowsOfEntry] of counts)
      for await (const line of readFile(file, rowsOfEntry)) yield isDirectory ? { ...line, file: file.name } : line
  },
}

/** Returns the number of rows of each entry in a file, by its key. */
async function countRows(file: InputFile): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for await (const row of readRows(file)) if (!('reason' in row)) counts.set(row.key, (counts.get(row.key) ?? 0) + 1)
  return counts
}

/** Maximum length of the rows that wait for other rows of their entries, in UTF-16 code units. It limits the memory. */
const MAX_OPEN = 16 * 1024 * 1024

/** Reads the entries of a file. An entry under several measures has a row for each, anywhere in the file. */
async function* readFile(file: InputFile, rowsOfEntry: ReadonlyMap<string, number>): AsyncGenerator<Line> {
  const open = new Map<string, Row[]>()
  let length = 0
  for await (const row of readRows(file)) {
    if ('reason' in row) {
      yield row
      continue
    }
    const rows = open.get(row.key) ?? []
    rows.push(row)
    length += row.length
    if (length > MAX_OPEN)
      throw new UserError(
        `The rows of too many entries of ${file.name} are apart, such as those of ${row.key}: sort its rows by annex and recordId.`,
      )
    if (rows.length < (rowsOfEntry.get(row.key) ?? 1)) open.set(row.key, rows)
    else {
      open.delete(row.key)
      for (const each of rows) length -= each.length
      yield* linesOf(rows)
    }
  }
}

/** Returns the line of an entry, and those of rows that contradict its first one. */
function* linesOf(rows: readonly Row[]): Generator<Line> {
  const [first, ...others] = rows
  if (!first) return
  const accepted = [first]
  for (const row of others) {
    const reason = contradictionOf(row, accepted)
    if (reason) yield { number: row.number, key: row.key, reason }
    else accepted.push(row)
  }
  yield lineOf(first, accepted)
}

function contradictionOf({ key, field, sanction }: Row, accepted: readonly Row[]): string | undefined {
  const [first] = accepted
  if (first && ['name', 'schema'].some((column) => first.field(column) !== field(column)))
    return `The entry ${key} has another name or kind in line ${first.number}: correct the recordId or the name of one of the two rows.`
  const same = accepted.find((each) => each.sanction.identifiers[0] === sanction.identifiers[0])
  return same && `The entry ${key} is under the same measure in line ${same.number}: remove one of the two rows.`
}

function lineOf({ number, field, key, celex, amendment }: Row, rows: readonly Row[]): Line {
  const act = actKey(amendment ?? celex)
  const kind = kinds.get(field('schema')) ?? { kind: 'ORGANIZATION' }
  const isPerson = kind.kind === 'PERSON'
  const name = field('name')
  const numbers = numbersOf(field, kind)
  const { person, births, leftOut } = isPerson ? personalOf(field, act) : { leftOut: [] }
  const nationalities = nationalitiesOf(isPerson ? field('nationality') : '')
  const listings = rows.map((row) => listingOf(row, act))
  return {
    number,
    record: {
      record: 'ACTOR',
      identifiers: [key, ...numbers.identifiers],
      ...kind,
      slug: listSlug(key),
      name,
      description: field('position') || null,
      names: namesOf(name, field, isPerson),
      citations: [{ source: act, basis: 'STATED' }],
      ...(person ? { person } : {}),
      ...(births?.length ? { births } : {}),
    },
    twins: twinsOf([key, ...numbers.identifiers]),
    companions: [
      actOf(celex),
      ...(amendment ? [actOf(amendment)] : []),
      europeanUnion,
      ...rows.map(({ sanction }) => sanction),
      ...nationalOf(key, nationalities.countries, [{ source: act, basis: 'STATED' }]),
    ],
    listings: listings.map(({ listing }) => listing),
    ...(amendment ? { partial: true } : {}),
    leftOut: [
      ...leftOut,
      ...nationalities.unknown.map((each) => `The nationality "${each}" is not that of a country, and is left out.`),
      ...numbers.mistakes,
      ...listings.flatMap(({ mistakes }) => mistakes),
    ].map((reason) => ({ key, reason })),
  }
}

/** Returns the listing under the measure of a row, with its day, and its statement of reasons as the ground. */
function listingOf(
  { key, field, listingId, celex, sanction }: Row,
  act: string,
): { listing: Listing; mistakes: string[] } {
  const day = field('startDate')
  const listed = fuzzyDay(day)
  const ground = groundOf(field('reason'), 'statement of reasons')
  return {
    listing: {
      actor: key,
      sanction: sanction.identifiers[0],
      listingId,
      lists: [`EU_JOURNAL:${celex}`],
      ...(listed ? { listed } : {}),
      citations: [{ source: act, quote: ground.quote, basis: 'STATED' }],
    },
    mistakes: [
      ...(day && !listed ? [`The day "${day.slice(0, 40)}" cannot be read, and is left out.`] : []),
      ...ground.mistakes,
    ],
  }
}

/** Returns the numbers of a ship or company in public registers. Numbers of people and of other things are not kept. */
function numbersOf(field: Field, { kind, asset }: Pick<RecordOf<'ACTOR'>, 'kind' | 'asset'>): ImoNumbers {
  if (kind !== 'ORGANIZATION' && asset?.kind !== 'VESSEL') return { identifiers: [], mistakes: [] }
  const texts = field('imoNumber').split(';').filter(Boolean)
  const { identifiers, mistakes } = imoNumbers(texts, asset ? 'ship' : 'company')
  const columns = asset ? [] : ['registrationNumber', 'taxNumber', 'innCode', 'ogrnCode']
  const others = columns.flatMap((column) => registerNumbers(field(column)))
  return { identifiers: [...new Set([...identifiers, ...others])], mistakes }
}
