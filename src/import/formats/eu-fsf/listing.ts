import type { DatelineRecord } from '../dateline/record.ts'
import { groundOf } from '../ground.ts'
import type { Listing } from '../line.ts'
import { dayOf } from '../un/birth.ts'
import { oneLine } from '../un/name.ts'
import { childrenNamed, type XmlElement } from '../xml.ts'
import { type Act, actOf } from './act.ts'
import { sanctionKey, sanctionOf, scheme } from './program.ts'

/** An act that is the legal basis of an entry under a programme. */
interface Regulation {
  readonly act: Act
  readonly program: string
}

/** Returns the regulations of an entry that have a number and a programme. */
export const regulationsOf = (entry: XmlElement): Regulation[] =>
  childrenNamed(entry, 'regulation').flatMap((element) => {
    const act = actOf(element)
    const program = oneLine(element.attributes.programme ?? '')
    return act && program ? [{ act, program }] : []
  })

/**
 * Returns a listing for each programme, with the acts and sanctions as companions. A listing cites the regulations with the remarks about
 * the entry, and the acts that state the names with the remarks about the names.
 *
 * The day of listing is the designation date. Of an entry that the United Nations designated, that is the day of the United Nations,
 * some weeks before the regulation. Without a designation date, no day is stated: the regulation of an entry is the last one that
 * changed it, and a regulation that is not an amendment may take over the entries of an earlier one. So neither its publication nor its
 * entry into force is certainly the day of listing.
 */
export function listingsOf(
  entry: XmlElement,
  actor: string,
  regulations: readonly Regulation[],
  clean: (text: string) => string,
): { listings: Listing[]; companions: DatelineRecord[]; mistakes: string[] } {
  const { designationDate = '', logicalId = '' } = entry.attributes
  const listed = dayOf(designationDate)
  const mistakes =
    designationDate && !listed
      ? [`The designation date "${designationDate.slice(0, 40)}" cannot be read, and is left out.`]
      : []
  const passages = [
    ...regulations.map(({ act }) => ({ act, remarks: remarksIn(entry) })),
    ...childrenNamed(entry, 'nameAlias').flatMap((alias) => {
      const summary = childrenNamed(alias, 'regulationSummary')[0]
      const act = (summary && actOf(summary)) ?? regulations[0]?.act
      const remarks = remarksIn(alias)
      return act && remarks.length > 0 ? [{ act, remarks }] : []
    }),
  ]
  const acts = new Map(passages.map(({ act }) => [act.identifiers[0], act]))
  const citations = [...acts.keys()].map((key) => {
    const remarks = passages.flatMap((each) => (each.act.identifiers[0] === key ? each.remarks : []))
    const ground = groundOf(clean([...new Set(remarks)].join('\n')), 'text of the remarks')
    mistakes.push(...ground.mistakes)
    return { source: key, basis: 'STATED' as const, quote: ground.quote }
  })
  const programs = [...new Set(regulations.map(({ program }) => program))]
  return {
    listings: programs.map((program) => ({
      actor,
      sanction: sanctionKey(program),
      listingId: logicalId,
      lists: [scheme],
      ...(listed ? { listed } : {}),
      citations,
    })),
    companions: [...acts.values(), ...programs.map(sanctionOf)],
    mistakes,
  }
}

const remarksIn = (element: XmlElement): string[] =>
  childrenNamed(element, 'remark')
    .map(({ text }) => text.trim())
    .filter(Boolean)
