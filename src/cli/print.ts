/** Prints for the person at the terminal: to standard error, since standard output is for data. */
export const print = (text: string): void => void process.stderr.write(`${text}\n`)
