import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { EventType } from '../../../db/generated/prisma/enums.ts'
import { countryCoded } from '../country.ts'

const fips = readTable('fips-countries')
const cameo = readTable('cameo-countries')
const events = readTable('cameo-events')

/** Returns the identifier of the country with this FIPS 10-4 code. The codes differ from ISO 3166: RS is Russia. */
export function countryOfFips(code: string): string | undefined {
  const iso2 = fips.get(code)
  return iso2 && countryCoded(iso2)
}

/** Returns the identifier of the country with this CAMEO code of three letters; undefined for regions. */
export const countryOfCameo = (code: string): string | undefined => countryCoded(cameo.get(code) ?? code)

/** Returns a short description of a CAMEO event code. */
export const wordsOf = (code: string): string => nearest(events, code) ?? 'act'

const types = new Map<string, EventType>(
  Object.entries({
    '01': 'STATEMENT',
    '02': 'STATEMENT',
    '03': 'STATEMENT',
    '04': 'MEETING',
    '041': 'PHONE_CALL',
    '045': 'OTHER',
    '05': 'DIPLOMATIC_CHANGE',
    '051': 'STATEMENT',
    '052': 'STATEMENT',
    '053': 'STATEMENT',
    '055': 'STATEMENT',
    '057': 'AGREEMENT',
    '0841': 'PRISONER_RELEASE',
    '081': 'DECISION',
    '085': 'SANCTION_STEP',
    '10': 'STATEMENT',
    '11': 'STATEMENT',
    '12': 'REFUSAL',
    '13': 'STATEMENT',
    '14': 'PROTEST',
    '15': 'MILITARY_ACTION',
    '16': 'DIPLOMATIC_CHANGE',
    '163': 'SANCTION_STEP',
    '172': 'DECISION',
    '173': 'DETENTION',
    '174': 'DEPORTATION',
    '18': 'ATTACK',
    '19': 'MILITARY_ACTION',
    '20': 'ATTACK',
  } as const),
)

/** Returns the type of event of a CAMEO event code. */
export const typeOf = (code: string): EventType => nearest(types, code) ?? 'OTHER'

/** Returns the value of a code, or of its nearest parent code in the table. */
function nearest<T>(table: ReadonlyMap<string, T>, code: string): T | undefined {
  for (let length = code.length; length >= 2; length--) {
    const value = table.get(code.slice(0, length))
    if (value !== undefined) return value
  }
  return undefined
}

function readTable(name: string): Map<string, string> {
  const file = new URL(`../../../../seed/data/${name}.json`, import.meta.url)
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))))
}
