/** Prints a message to standard error. Standard output is for data. */
export const print = (text: string): void => void process.stderr.write(`${text}\n`)

/** Returns a text that quotes an input, with "\uFFFD" for the characters that control a terminal or the direction of the text. */
export const withoutControls = (text: string): string =>
  text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, (each) => (each === '\n' || each === '\t' ? each : '\uFFFD'))
