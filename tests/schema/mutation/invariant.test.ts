import { beforeAll, expect, test } from 'vitest'
import { constraints } from '../../../src/store/rules/constraint.ts'
import { database, idOf } from '../../client.ts'
import { aSource, country } from '../../world.ts'
import { anEditor, type Editor } from './editor.ts'
import { actorCases } from './invariant/actor.ts'
import { eventCases } from './invariant/event.ts'
import { sanctionCases } from './invariant/sanction.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor()
})

test.each([...eventCases, ...actorCases, ...sanctionCases])(
  '%s is refused by %s, with the path',
  async (_what, mutation, input, path, message) => {
    const { __typename, issues } = await editor.mutate(mutation, await input())
    expect(__typename).toBe('ValidationError')
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([path])
    expect(issues[0]?.message).toMatch(message)
    expect(issues[0]?.message).not.toMatch(/constraint|_key|violates/)
    expect(await database.change.count({ where: { writer: editor.writer } })).toBe(0)
  },
)

test('a citation of a missing record is not found', async () => {
  const nothing = { id: '0193a1b2-0000-7000-8000-000000000000' }
  const cited = { source: idOf('Source', await aSource()), basis: 'STATED' }
  for (const type of ['Event', 'EventLink', 'Relationship', 'Detention', 'SanctionAction', 'Person'])
    expect(await editor.mutate('citationAdd', { of: idOf(type, nothing), ...cited })).toMatchObject({
      __typename: 'NotFoundError',
    })
})

/** The constraints that validation of the input already checks. */
const heldByInput = [
  /_(order|years|whole|format|given|range|tenths|positive|short)$/,
  /_merge_other$/,
  /_subject_one$/,
  /^(ApiKey|FeedHead|IdempotencyKey|ChangePending|ChangeTransaction|Merge|BirthClaim)_/,
]

test('every constraint of the database has a message, or is checked by validation', async () => {
  const rules = await database.$queryRaw<{ name: string }[]>`
    SELECT conname::text AS name FROM pg_constraint
    WHERE contype IN ('c', 'x') AND connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION
    SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace ORDER BY 1`
  const names = rules.map(({ name }) => name)
  const untold = names.filter((name) => !constraints[name] && !heldByInput.some((pattern) => pattern.test(name)))
  expect(untold).toEqual([])
  const raised = ['Sanction_partOf_circle', 'SanctionAction_target_own', 'Licence_target_own', 'EventLink_part_circle']
  expect(Object.keys(constraints).filter((name) => !names.includes(name) && !raised.includes(name))).toEqual([])
})

test('an id with another type than its record is not found', async () => {
  const { id } = await country('BY')
  const forged = idOf('Person', { id })
  const inputs: [string, object][] = [
    ['personUpdate', { id: forged, name: 'Someone' }],
    ['detentionAdd', { person: forged, certainty: 'ASSERTED' }],
    ['actorRetract', { id: forged }],
  ]
  for (const [mutation, input] of inputs)
    expect(await editor.mutate(mutation, input)).toMatchObject({ __typename: 'NotFoundError' })
})
