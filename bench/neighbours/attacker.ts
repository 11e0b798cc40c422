import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Attack, Statuses } from './attack.ts'

/** Runs an attack in a separate process, so that it does not delay the measurements of the neighbours. */
export async function attack(job: Attack): Promise<Statuses> {
  const child = fork(fileURLToPath(new URL('attack.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  try {
    child.send(job)
    const ended = once(child, 'exit').then(() => [{ 'the process ended': 1 }])
    const [statuses] = (await Promise.race([once(child, 'message'), ended])) as [Statuses]
    return statuses
  } finally {
    child.kill('SIGKILL')
  }
}

/** Returns addresses of different networks. */
export const addressesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `10.1.${i}.1`)
