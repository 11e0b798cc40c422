import { expect, test } from 'vitest'
import { searchKey, slugOf } from '../../src/domain/name.ts'

test.each([
  ['Ціханоўская', 'tsikhanouskaya'],
  ['Łódź', 'lodz'],
  ['Αθήνα', 'athina'],
  ['  Mikola   STATKEVICH ', 'mikola statkevich'],
  ['Ta\u0308nnsjo\u0308', 'tannsjo'],
])('%s is searched for as %s', (name, key) => {
  expect(searchKey(name)).toBe(key)
})

test.each([
  ["Côte d'Ivoire", 'cote-d-ivoire'],
  ['São Tomé & Príncipe (…)', 'sao-tome-principe'],
])('%s is addressed as %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug)
})
