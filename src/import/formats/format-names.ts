// In a file without imports, because the help of the command reads it.

/** The names of all formats. */
export const formatNames = [
  'ofac',
  'eu-journal',
  'un',
  'eu-fsf',
  'uk',
  'gdelt',
  'ftm',
  'opensanctions-csv',
  'dateline',
] as const
