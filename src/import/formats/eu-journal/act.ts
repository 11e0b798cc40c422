import type { RecordOf } from '../dateline/record.ts'

/** The days on which the Official Journal published the regulations that the transcriptions amend, by CELEX number. */
const publishedOn: Record<string, string> = {
  '32002R0881': '2002-05-29',
  '32005R1183': '2005-07-23',
  '32006R0765': '2006-05-20',
  '32012R0267': '2012-03-24',
  '32014R0269': '2014-03-17',
  '32014R0833': '2014-07-31',
  '32016R0044': '2016-01-19',
  '32020R1998': '2020-12-07',
}

/** The parts of a CELEX number of a regulation. */
const celexNumber = /^3(\d{4})R(\d{4})$/

/** Returns whether a text is the CELEX number of a regulation, such as "32006R0765". */
export const isCelex = (text: string): boolean => celexNumber.test(text)

/**
 * Returns the name of a regulation in the words of its own title: "Regulation (EC) No 765/2006" before the Treaty of Lisbon, "Regulation
 * (EU) No 269/2014" after it, and "Regulation (EU) 2021/1030" since 2015.
 */
export function actName(celex: string): string {
  const [, year = '', padded = ''] = celexNumber.exec(celex) ?? []
  const number = Number(padded)
  if (Number(year) >= 2015) return `Regulation (EU) ${year}/${number}`
  return `Regulation (${Number(year) >= 2010 ? 'EU' : 'EC'}) No ${number}/${year}`
}

export const actKey = (celex: string): string => `CELEX:${celex}`

/** Returns the source record of a regulation: its number, its address and, if it is known, the day of its publication. */
export function actOf(celex: string): RecordOf<'SOURCE'> {
  const day = publishedOn[celex]
  return {
    record: 'SOURCE',
    identifiers: [actKey(celex)],
    kind: 'STATEMENT',
    title: actName(celex),
    publisher: 'European Union, Official Journal',
    url: `https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:${celex}`,
    language: 'en',
    license: 'reuse with acknowledgement of the source (Commission Decision 2011/833/EU)',
    ...(day
      ? { publishedOn: { earliest: day, latest: day, precision: 'DAY', text: null, basis: 'STATED' as const } }
      : {}),
  }
}
