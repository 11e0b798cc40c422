const suffix = /^(Jr|Sr|II|III|IV)\.?$/i

/** Converts a person's name from the list's order, "DELOS REYES, Feliciano, Jr.", to "Feliciano DELOS REYES, Jr.". */
export function displayName(listed: string): string {
  const [surname = '', ...rest] = listed.split(',').map((part) => part.trim())
  const suffixes = rest.filter((part) => suffix.test(part))
  const givenNames = rest.filter((part) => part !== '' && !suffix.test(part))
  return [[...givenNames, surname].join(' '), ...suffixes].join(', ')
}

/** Returns a key that is equal for two spellings of a name in the list: without final periods, in capitals. */
export const nameKey = (name: string): string => name.replace(/[.\s]+$/, '').toUpperCase()
