import { type Logger, pino } from 'pino'

/** Creates the service's logger: JSON lines on standard error. */
export const createLogger = (level: string): Logger =>
  pino({ level, base: null }, pino.destination({ fd: 2, sync: true }))
