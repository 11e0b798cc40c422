import { type Logger, pino } from 'pino'

/** The service's own log: JSON lines on standard error. */
export const createLogger = (level: string): Logger =>
  pino({ level, base: null }, pino.destination({ fd: 2, sync: true }))
