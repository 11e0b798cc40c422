import { expect, test } from 'vitest'
import { follow } from '../../src/client/follow.js'

test('what to begin after has to be a cursor', () => {
  const subscribe = () => () => {}
  expect(() => follow(subscribe, { after: undefined as never, onEvent: () => {} })).toThrow(/"after" is not a cursor/)
  expect(() => follow(subscribe, { after: 'yesterday', onEvent: () => {} })).toThrow(/"after" is not a cursor/)
})
