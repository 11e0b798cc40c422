import { expect, test } from 'vitest'
import { redactorOf } from '../../src/domain/redaction.ts'

const redact = (text: string, ...names: string[]) => redactorOf(names).redact(text)

test.each([
  ['Anna Ольга met Anna Olga.', 'Anna Ol’ga', '[erased] met Anna Olga.'],
  ['ANNA  ŠMÍD-NOVÁ', 'Anna Smid Nova', '[erased]'],
  ['Šárka, sarka; SÁRKA', 'Sarka', '[erased], [erased]; [erased]'],
  ['Šárka', 'Sarka', '[erased]'],
  ['Сергей Щукин и Щукина', 'Sergey Shchukin', '[erased] и Щукина'],
  [
    'https://news.example/a/sergey-shchukin-freed?x=Sergey%20Shchukin',
    'Сергей Щукин',
    'https://news.example/a/[erased]-freed?x=[erased]',
  ],
  ['主席习近平说', '习近平', '主席[erased]说'],
  ['محمد علي وصل', 'محمد علي', '[erased] وصل'],
  ['Anna Maria Berg and Anna Maria', 'Anna Maria', '[erased] Berg and [erased]'],
])('"%s" without "%s" is "%s"', (text, name, expected) => {
  expect(redact(text, name)).toBe(expected)
})

test('the longest of several names is replaced', () => {
  expect(redact('Anna Maria Berg, Anna Maria', 'Anna Maria', 'Anna Maria Berg')).toBe('[erased], [erased]')
})

test('a text keeps its form of accents', () => {
  for (const form of ['NFC', 'NFD'] as const) {
    const text = (name: string) => `Müller met ${name} at Café Éloïse, Сергей Щукин.`.normalize(form)
    expect(redact(text('Renée Zoë'), 'renée zoe')).toBe(text('[erased]'))
    expect(redact(text('Zoë'), 'Сергей Щукин')).toBe(text('Zoë').replace('Сергей Щукин'.normalize(form), '[erased]'))
    expect(redact(`김정은 및 Müller`.normalize(form), '김정은')).toBe('[erased] 및 Müller'.normalize(form))
  }
})

test('a part of a longer word is no name', () => {
  for (const text of ['Annapurna', 'Joanna', 'anna1', 'Аннапурна', 'a'])
    expect(redact(text, 'Anna', 'A')).toBeUndefined()
})

test('a text without letters is no name', () => {
  expect(redact('one - two', '-', '!')).toBeUndefined()
})
