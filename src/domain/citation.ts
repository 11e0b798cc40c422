/** Maximum length of a quote, in words. Longer quotes could infringe copyright. */
export const longestQuote = 10

/** Counts the words of a text, separated by white space, as the database's CHECK constraint does. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}
