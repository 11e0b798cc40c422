import type { NameKind } from '../../../db/generated/prisma/enums.ts'
import type { ImoNumbers } from '../imo.ts'
import { readImo } from './imo.ts'
import { type Personal, readPersonal } from './personal.ts'

/** The data that the import reads from an entry's remarks. It ignores the rest, such as passport numbers. */
export interface Remarks {
  readonly personal: Personal
  readonly gender: 'FEMALE' | 'MALE' | undefined
  readonly names: readonly { readonly value: string; readonly kind: NameKind }[]
  /** The names of entries that this one is linked to. */
  readonly links: readonly string[]
  /** The numbers of a ship or company in the register of the International Maritime Organization. */
  readonly imo: ImoNumbers
}

/** The list truncates remarks at this length, in characters. sdn_comments contains the rest, without a separator. */
const MAX_REMARKS = 1000

/** Reads remarks such as "DOB 30 Aug 1954; Gender Male; Linked To: MAHAN AIR.". `continued` is the rest of long remarks. */
export function readRemarks(remarks: string, continued = '', isVessel = false): Remarks {
  const parts = `${remarks}${continued}`.trim().split('; ')
  // The last part may be truncated.
  if (remarks.length >= MAX_REMARKS && continued === '') parts.pop()
  const gender = parts.find((part) => part.startsWith('Gender '))
  return {
    personal: readPersonal(parts),
    gender: gender?.startsWith('Gender Female') ? 'FEMALE' : gender?.startsWith('Gender Male') ? 'MALE' : undefined,
    names: parts.flatMap((part) => {
      const [, kind, value] = /^(?:alt\. )?([afn])\.k\.a\. '(.+)'\.?$/.exec(part) ?? []
      return value ? [{ value, kind: kind === 'f' ? ('FORMER' as const) : ('WEAK' as const) }] : []
    }),
    links: parts.flatMap((part) => /^Linked To: (.+)$/.exec(part)?.[1] ?? []),
    imo: readImo(parts, isVessel),
  }
}
