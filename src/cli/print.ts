/** Prints a message to standard error. Standard output is for data. */
export const print = (text: string): void => void process.stderr.write(`${text}\n`)
