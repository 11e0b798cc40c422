import type { RecordOf } from './dateline/record.ts'

/** The European Union, which several inputs name: as the authority of sanctions, and as an actor in events. */
export const europeanUnion: RecordOf<'ACTOR'> & { identifiers: [string, ...string[]] } = {
  record: 'ACTOR',
  identifiers: ['OPENSANCTIONS_AUTHORITY:european-union', 'WIKIDATA:Q458'],
  kind: 'ORGANIZATION',
  slug: 'authority-european-union',
  name: 'European Union',
}
