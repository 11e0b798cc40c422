const suffix = /^(Jr|Sr|II|III|IV)\.?$/i

/** Puts a person's name as the list has it, "DELOS REYES, Feliciano Semborio, Jr.", in the order in which it is said. */
export function spokenName(listed: string): string {
  const [surname = '', ...rest] = listed.split(',').map((part) => part.trim())
  const suffixes = rest.filter((part) => suffix.test(part))
  const given = rest.filter((part) => part !== '' && !suffix.test(part))
  return [[...given, surname].join(' '), ...suffixes].join(', ')
}

/** What is one and the same name in a list that drops final periods and writes names in capitals here and not there. */
export const sameName = (name: string): string => name.replace(/[.\s]+$/, '').toUpperCase()
