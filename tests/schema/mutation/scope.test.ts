import {
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { beforeAll, expect, test } from 'vitest'
import type { Scope } from '../../../src/domain/scope.ts'
import { schema } from '../../../src/schema/schema.ts'
import { createKey } from '../../../src/store/api-key.ts'
import { database } from '../../client.ts'
import { anEditor, documentOf, newEvent, post } from './editor.ts'

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
const scopeOf = ({ description }: GraphQLField<unknown, unknown>) =>
  /Requires the scope "(\w+)"\.$/.exec(description ?? '')?.[1] as Scope

/** Returns a value of an input type with all required fields. */
function someValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return someValue(type.ofType)
  if (isListType(type)) return [someValue(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return Object.fromEntries(needed.map((field) => [field.name, someValue(field.type)]))
  }
  return { Int: 1, Float: 1, Boolean: false, Date: '2025-01-01' }[type.name] ?? 'x'
}

const ask = (field: GraphQLField<unknown, unknown>, secret?: string) => {
  const input = field.args.find(({ name }) => name === 'input')
  return post({ query: documentOf(field.name), variables: { input: input && someValue(input.type) } }, secret)
}

/** Returns the number of rows in all tables that mutations write. */
const written = async () =>
  Promise.all(
    [database.event, database.actor, database.sanction, database.source, database.changePending].map((model) =>
      (model as typeof database.event).count(),
    ),
  )

let reader: string
beforeAll(async () => {
  reader = (await createKey('a reader', [])).secret
})

test('each mutation documents its scope', () => {
  expect(mutations.length).toBeGreaterThan(40)
  expect(mutations.filter((field) => !scopeOf(field))).toEqual([])
})

test.each(mutations.map((field) => [field.name, field] as const))('%s asks for its scope', async (name, field) => {
  const before = await written()
  const anonymous = await ask(field)
  expect(anonymous.errors).toBeUndefined()
  expect(anonymous.data?.[name]).toEqual({
    __typename: 'ForbiddenError',
    message: `This requires an API key or token with the scope "${scopeOf(field)}": ask the operator of this service for one, and send it in the header "authorization: Bearer <key>".`,
    requiredScopes: [scopeOf(field)],
  })
  const { data, errors } = await ask(field, reader)
  expect(errors).toBeUndefined()
  expect(data?.[name]).toEqual({
    __typename: 'ForbiddenError',
    message: `The API key or token does not have the scope "${scopeOf(field)}": use one that has it.`,
    requiredScopes: [scopeOf(field)],
  })
  expect(await written()).toEqual(before)
})

test('a scope permits exactly its mutations', async () => {
  const allowed = async (scope: Scope) => {
    const editor = await anEditor(scope)
    const results = [
      await editor.mutate('eventCreate', newEvent(`With ${scope}`)),
      await editor.mutate('eventsImport', [newEvent(`Many with ${scope}`)]),
    ]
    return results.map(({ __typename }) => __typename !== 'ForbiddenError')
  }
  expect([await allowed('write'), await allowed('import'), await allowed('admin')]).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ])
})
