import type { RecordOf } from './dateline/record.ts'

/** The Security Council of the United Nations, as the authority of sanctions. */
export const securityCouncil: RecordOf<'ACTOR'> & { identifiers: [string, ...string[]] } = {
  record: 'ACTOR',
  identifiers: ['OPENSANCTIONS_AUTHORITY:united-nations-security-council'],
  kind: 'ORGANIZATION',
  slug: 'authority-united-nations-security-council',
  name: 'United Nations Security Council',
}
