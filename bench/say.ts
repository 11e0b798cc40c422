/** Words for the person at the terminal: standard error, since standard output is for results. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`)
