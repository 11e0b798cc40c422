// Zod schemas for the values of environment variables.
import { z } from 'zod'

export const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65535, 'must be a whole number from 0 to 65535')
  .transform(Number)

export const limit = (defaultValue: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) > 0, 'must be a whole number, 1 or more')
    .transform(Number)
    .default(defaultValue)

export const count = (defaultValue: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text), 'must be a whole number from 0 to 999,999,999')
    .transform(Number)
    .default(defaultValue)

export const flag = z.enum(['true', 'false'], 'must be true or false')

export const serverAddress = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
    'must be the URL of a PostgreSQL server, such as postgresql://user@host:5432/name, ' +
      'with special characters percent-encoded, such as %40 for @',
  )

/** The supported signature algorithms. All are asymmetric: the public key verifies signatures but cannot create them. */
const signatures = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

export const algorithmList = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .refine(
    (names) => names.every((each) => signatures.some((known) => known === each)),
    `must be one or more of ${signatures.join(', ')}, separated by commas`,
  )

/** A file or an HTTPS URL. Over plain HTTP an attacker could replace the keys, so HTTP is allowed only for this machine. */
export const keySet = z.string().refine((text) => {
  if (!/^\w+:\/\//.test(text)) return true
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : { protocol: '', hostname: '' }
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname))
}, 'must be a file or an https URL')

export const originList = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .refine(
    (origins) => origins.every((each) => each === '*' || (URL.canParse(each) && new URL(each).origin === each)),
    'must be origins separated by commas, such as https://desk.example, or *',
  )
