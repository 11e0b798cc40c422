// In a file without imports, because the help of the command reads it.

/** By format: the sentence for a format that was verified on fewer than 50 real entries. */
export const experimental = {
  'eu-fsf': 'The format eu-fsf is experimental: it was verified on 6 real entries.',
  uk: 'The format uk is experimental: it was verified on 2 real entries.',
} as const
