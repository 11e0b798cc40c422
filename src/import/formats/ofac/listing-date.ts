import type { FuzzyDate } from '../../../domain/date.ts'
import { fuzzyDay } from './day.ts'

const listingDates = /\bListing Date(?: \(([^)]*)\))?:? (\d\d? [A-Z][a-z]{2} \d{4})/g

/**
 * Returns the day on which an entry was listed under a programme, as its remarks state it: "Listing Date (EO 14024 Directive 1a):
 * 24 Feb 2022". If the entry has several programmes, only those dates count whose legal act has a number or a name of the
 * programme. The first of several days is returned; undefined if there is none.
 */
export function listingDate(remarks: string, program: string, programs: readonly string[]): FuzzyDate | undefined {
  const dates = [...remarks.matchAll(listingDates)].flatMap(([text, act = '', day = '']): FuzzyDate[] => {
    const date = programs.length === 1 || sharesName(act, program) ? fuzzyDay(day) : undefined
    return date ? [{ ...date, text }] : []
  })
  return dates.sort((a, b) => ((a.earliest ?? '') < (b.earliest ?? '') ? -1 : 1))[0]
}

/** Returns whether two names share a number or a word of at least three characters, such as "14024" or "CMIC". */
function sharesName(act: string, program: string): boolean {
  const words = wordsOf(program)
  return wordsOf(act).some((word) => word.length >= 3 && words.includes(word))
}

const wordsOf = (name: string): readonly string[] => name.toUpperCase().match(/\d+|[A-Z]+/g) ?? []
