import { expect, test } from 'vitest'
import { searchKey, slugOf } from '../../src/domain/name.ts'

test.each([
  ['Ціханоўская', 'tsikhanouskaya'],
  ['Łódź', 'lodz'],
  ['Αθήνα', 'athina'],
  ['  Mikola   STATKEVICH ', 'mikola statkevich'],
  ['Ta\u0308nnsjo\u0308', 'tannsjo'],
])('the search key of %s is %s', (name, key) => {
  expect(searchKey(name)).toBe(key)
})

test.each([
  ["Côte d'Ivoire", 'cote-d-ivoire'],
  ['São Tomé & Príncipe (…)', 'sao-tome-principe'],
])('the slug of %s is %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug)
})
