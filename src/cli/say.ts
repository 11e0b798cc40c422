/** Words for the person at the terminal: standard error, since standard output is for data. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`)
