import { expect, test } from 'vitest'
import { findWords } from '../../tools/words.ts'

const found = (text: string, file = 'a.ts') => findWords(file, text).map(({ line, found }) => `${line} ${found}`)

test.each([
  ['// Nothing is kept, lest it grows.', ['1 lest']],
  ['const a = 1\n// It is left out for\n// want of room.', ['2 for want of']],
  ['/**\n * Whoever asks.\n */', ['2 Whoever']],
  ['onUnplanned(wish)', ['1 onUnplanned', '1 wish']],
  ['The library is latest. Recommended: bear with us, then footnotes, notes and noted.', []],
])('%j', (text, expected) => {
  expect(found(text)).toEqual(expected)
})

test('file names are checked too', () => {
  expect(found('', 'src/plan/compile-tally.ts')).toEqual(['1 the file name compile-tally'])
})
