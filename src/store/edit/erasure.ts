import { z } from 'zod'
import { type Erasure, erasePerson } from '../erasure.ts'
import { idOf, read } from '../read-input.ts'
import type { Transaction } from '../rows.ts'
import { text } from '../rules/field.ts'

const actorErase = z.strictObject({
  id: idOf('Person'),
  reason: text,
  confirm: z.boolean(),
  keep: z.array(text).nullish(),
  also: z.array(text).nullish(),
})

/** Erases a person, or shows what that would do. */
export async function eraseActor(tx: Transaction, input: unknown): Promise<Erasure> {
  const { id, ...request } = await read(tx, actorErase, input)
  return erasePerson(tx, { ...request, id: id.id })
}
