/** Quotes stay this short, in words, so that citing a source never copies it. */
export const longestQuote = 10

/** Counts words as the database does: runs of anything but white space. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}
