import { isDay } from '../../../domain/date.ts'
import type { RecordOf } from '../dateline/record.ts'
import { actKey, actOf as actWithCelex } from '../eu-journal/act.ts'
import { oneLine } from '../un/name.ts'
import { textOf, type XmlElement } from '../xml.ts'

export type Act = RecordOf<'SOURCE'> & { readonly identifiers: [string, ...string[]] }

/**
 * Returns the source record of a `regulation` or `regulationSummary`; undefined if it has no number, such as "2019/555 (OJ L97)". Its first
 * identifier is made from the number alone, because the file may have several addresses for one act, and not all tell the CELEX number.
 */
export function actOf(element: XmlElement): Act | undefined {
  const { numberTitle = '', publicationDate: day = '', publicationUrl } = element.attributes
  const title = oneLine(numberTitle)
  const [number] = title.split(' ')
  if (!number) return undefined
  const address = publicationUrl ?? textOf(element, 'publicationUrl')
  const celex = celexOf(number, day, address)
  const url = urlOf(address.trim(), number, celex)
  return {
    ...(celex
      ? actWithCelex(celex)
      : { ...common, title: `${/^\d+\/\d+$/.test(number) ? 'Regulation' : 'Act'} ${title}` }),
    identifiers: [`EU_ACT:${number}`, ...(celex ? [actKey(celex)] : [])],
    ...(url ? { url } : {}),
    ...(isDay(day)
      ? { publishedOn: { earliest: day, latest: day, precision: 'DAY', text: null, basis: 'STATED' } }
      : {}),
  }
}

const common = {
  record: 'SOURCE',
  kind: 'STATEMENT',
  publisher: 'European Union, Official Journal',
  language: 'en',
  license: 'reuse with acknowledgement of the source (Commission Decision 2011/833/EU)',
} as const

/**
 * Returns the CELEX number of a regulation; undefined if it is not certain. Before 2015, only regulations are written as number and year
 * ("598/2012"). Since then, all acts are written as year and number ("2017/1509"), so only an address that has the CELEX number tells
 * that the act is a regulation.
 */
function celexOf(number: string, publishedOn: string, url: string): string | undefined {
  const [, first = '', second = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(number) ?? []
  const published = Number(publishedOn.slice(0, 4))
  // An act of December may be published in January.
  const isYear = (text: string) => text.length === 4 && [published - 1, published].includes(Number(text))
  if (isYear(second) && !isYear(first) && Number(second) < 2015) return `3${second}R${first.padStart(4, '0')}`
  const celex = `3${first}R${second.padStart(4, '0')}`
  return isYear(first) && Number(first) >= 2015 && hasCelex(url, celex) ? celex : undefined
}

const hasCelex = (url: string, celex: string): boolean => url.replace('%3A', ':').includes(`CELEX:${celex}`)

/**
 * Returns the address of an act. An address may be that of a whole issue of the Official Journal, with several acts, but a source is
 * recognized by its address. So the number is added as a fragment, unless the address has the CELEX number.
 */
function urlOf(url: string, number: string, celex: string | undefined): string | undefined {
  if (!/^https?:/.test(url) || !URL.canParse(url)) return undefined
  return celex && hasCelex(url, celex) ? url : `${url.replace(/#.*$/, '')}#${number}`
}
