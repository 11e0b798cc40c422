// The sanctions programmes of the file.
import { slugOf } from '../../../domain/name.ts'
import type { RecordOf } from '../dateline/record.ts'
import { europeanUnion } from '../european-union.ts'

export const scheme = 'EU_FSF'

const listTitle = 'European Union Financial Sanctions File'

/** The list. */
export const source: RecordOf<'SOURCE'> & { identifiers: [string] } = {
  record: 'SOURCE',
  identifiers: [`DATELINE:${slugOf(scheme)}`],
  kind: 'DATASET',
  title: listTitle,
  publisher: 'European Commission',
  url: 'https://webgate.ec.europa.eu/fsd/fsf',
  license: 'reuse with acknowledgement of the source (Commission Decision 2011/833/EU)',
}

export const citations = [{ source: source.identifiers[0], basis: 'STATED' as const }]

export const sanctionKey = (program: string): string => `${scheme}:${program}`

/** Returns the sanction of a programme, such as "BLR". The file has the entries whose assets the European Union freezes. */
export const sanctionOf = (program: string): RecordOf<'SANCTION'> => ({
  record: 'SANCTION',
  identifiers: [sanctionKey(program)],
  slug: slugOf(`${scheme} ${program}`),
  title: `${listTitle}: ${program}`,
  program,
  authority: europeanUnion.identifiers[0],
  measures: ['ASSET_FREEZE'],
  citations,
})
