import { parse } from 'csv-parse/sync'
import { UserError } from '../../../domain/errors.ts'
import type { InputFile } from '../../pipeline/input.ts'
import { type CsvRow, csvRows, isBroken } from '../csv.ts'
import type { Format } from '../format.ts'
import { imoNumbers } from '../imo.ts'
import type { Line } from '../line.ts'
import { twinsOf } from '../register.ts'
import { datasetOf, fuzzyPrefix, identifierOf, keeperOf, kindOf, namesOf, programOf, slugOfEntity } from './shared.ts'

/** The simplified CSV of OpenSanctions: one target per row. The header names the columns. */
export const opensanctionsCsv: Format = {
  name: 'opensanctions-csv',
  reads: 'targets.simple.csv of OpenSanctions',
  snapshot: true,
  ordered: true,
  async *lines({ files, isDirectory }) {
    const csvFiles = isDirectory ? files.filter(({ name }) => /\.csv$/i.test(name)) : files
    if (csvFiles.length === 0) throw new UserError('The directory has no .csv file: pass targets.simple.csv.')
    // Reads each file once to the end, so that a truncated file is rejected before any of its rows is written.
    for (const file of csvFiles) for await (const _ of csvRows(file));
    for (const file of csvFiles) yield* readFile(file)
  },
}

const required = ['id', 'schema', 'name']

async function* readFile(file: InputFile): AsyncGenerator<Line> {
  let columns: readonly string[] | undefined
  for await (const row of csvRows(file)) {
    if (columns) {
      const line = readRow(row, columns)
      if (line) yield line
      continue
    }
    columns = row.fields.map((field) => field.trim())
    const missing = required.filter((name) => !columns?.includes(name))
    if (missing.length > 0)
      throw new UserError(
        `The header of ${file.name} lacks ${missing.join(', ')}: pass targets.simple.csv of OpenSanctions.`,
      )
  }
}

function readRow(row: CsvRow, columns: readonly string[]): Line | undefined {
  const { number, fields } = row
  const value = (name: string) => fields[columns.indexOf(name)]?.trim() ?? ''
  const [id, schema, name] = [value('id'), value('schema'), value('name')]
  const reject = (reason: string): Line => ({ number, key: id.slice(0, 60) || null, reason })
  if (fields.length !== columns.length)
    return reject(`The row has ${fields.length} columns, but the header has ${columns.length}: the row is damaged.`)
  if (isBroken(row)) return reject('The row is not valid UTF-8: convert the file to UTF-8.')
  if (!id || !name) return reject(`The row has no ${id ? 'name' : 'id'}.`)
  const kind = kindOf(schema)
  // Addresses, wallets and other things are not actors.
  if (!kind) return undefined
  const datasets = valuesIn(value('dataset'))
  const sources = datasets.map(datasetOf)
  const citations = sources.map(({ identifiers: [source = ''] }) => ({ source, basis: 'STATED' as const }))
  const programs = valuesIn(value('program_ids'))
  const sanctions = (programs.length > 0 ? programs : datasets).map((program) =>
    programOf(
      program,
      { country: /^([A-Z]{2})-/.exec(program)?.[1] ?? keeperOf(datasets[0]), name: datasets[0] ?? 'OpenSanctions' },
      citations,
    ),
  )
  // Only the prefix tells the number of a ship from other numbers of the column.
  const ship = kind.asset?.kind === 'VESSEL' ? valuesIn(value('identifiers')).filter((each) => /^IMO/.test(each)) : []
  const numbers = imoNumbers(ship, 'ship')
  const identifiers = [identifierOf(id), ...numbers.identifiers]
  const birth = valuesIn(value('birth_date')).flatMap((each) => fuzzyPrefix(each) ?? [])[0]
  return {
    number,
    record: {
      record: 'ACTOR',
      identifiers,
      ...kind,
      slug: slugOfEntity(id),
      name,
      names: namesOf(
        name,
        valuesIn(value('aliases')).map((alias) => ({ value: alias, kind: 'ALIAS' as const })),
      ),
      ...(kind.kind === 'PERSON' && birth ? { person: { birth } } : {}),
      citations,
    },
    twins: twinsOf(identifiers),
    companions: [...sources, ...sanctions.flatMap(({ companions, sanction }) => [...companions, sanction])],
    listings: sanctions.map(({ sanction }) => ({
      actor: identifierOf(id),
      sanction: sanction.identifiers[0] ?? '',
      listingId: id,
      lists: sources.map(({ identifiers }) => identifiers[0] ?? ''),
    })),
    leftOut: numbers.mistakes.map((reason) => ({ key: identifierOf(id), reason })),
  }
}

/** Splits a field into its values, which are separated by ";" and quoted as in CSV. */
function valuesIn(field: string): string[] {
  if (field === '') return []
  const rows: string[][] = parse(field, { delimiter: ';', relax_quotes: true, relax_column_count: true, trim: true })
  return [...new Set(rows.flat().filter(Boolean))]
}
