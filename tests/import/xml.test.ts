import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { un } from '../../src/import/formats/un/un.ts'
import { testDatabase } from '../database.ts'
import { importFolder, importText, importTexts } from './run.ts'

beforeAll(() => {
  openDatabase(testDatabase().url)
})

afterAll(() => db.$disconnect())

const list = readFileSync(fileURLToPath(new URL('data/un/consolidated.xml', import.meta.url)), 'utf8')
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const MB = 1024 * 1024

/** Returns a list with these entries. */
const listOf = (entries: string) =>
  `${declaration}<CONSOLIDATED_LIST><INDIVIDUALS>${entries}</INDIVIDUALS></CONSOLIDATED_LIST>`
const entry = (reference: string, name: string, more = '') =>
  `<INDIVIDUAL><REFERENCE_NUMBER>${reference}</REFERENCE_NUMBER><DATAID>${reference.slice(4)}</DATAID><FIRST_NAME>${name}</FIRST_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE><LISTED_ON>2020-01-01</LISTED_ON>${more}</INDIVIDUAL>`

const importXml = (content: string | Buffer) => importText(un, 'list.xml', content, { limit: 100_000 })

/** Expects that a file is refused with a sentence, and that nothing changes in the database. */
async function expectRefusal(content: string | Buffer, sentence: string) {
  const before = await db.change.count()
  const error = await importXml(content).catch((error: unknown) => error)
  expect(error).toMatchObject({ name: 'UserError', message: sentence })
  expect(await db.change.count()).toBe(before)
}

const damaged = (problem: string) => `The file list.xml cannot be read as XML: ${problem}`

test.each([
  ['a file without bytes', '', 'it is empty. Download it again, or pass another file.'],
  ['a file of white space', ' \n \n', 'it is not XML. Pass the consolidated list of the Security Council as XML.'],
  ['CSV', '1,"COMPANY"\r\n2,"OTHER"\r\n', 'it is not XML. Pass the consolidated list of the Security Council as XML.'],
  ['JSON', '{"id": 1}\n', 'it is not XML. Pass the consolidated list of the Security Council as XML.'],
  [
    'another root',
    `${declaration}<export><INDIVIDUAL/></export>`,
    'its root element is <export>, not <CONSOLIDATED_LIST>. Pass the consolidated list of the Security Council as XML.',
  ],
  [
    'HTML',
    '<!DOCTYPE html>\n<html><body>Busy</body></html>',
    'it contains a DOCTYPE on line 1, which may define entities. Remove it, or pass the file of the publisher.',
  ],
  [
    'entities that contain entities (billion laughs)',
    `${declaration}<!DOCTYPE lolz [\n<!ENTITY a "lol">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">\n]>\n<CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>`,
    'it contains a DOCTYPE on line 5, which may define entities. Remove it, or pass the file of the publisher.',
  ],
  [
    'an external entity',
    `${declaration}<!DOCTYPE CONSOLIDATED_LIST [<!ENTITY file SYSTEM "file:///etc/passwd">]>\n<CONSOLIDATED_LIST>&file;</CONSOLIDATED_LIST>`,
    'it contains a DOCTYPE on line 2, which may define entities. Remove it, or pass the file of the publisher.',
  ],
  [
    'an entity that is not defined',
    listOf(`\n${entry('TEi.001', 'A&nbsp;B')}`),
    'line 3 contains an entity that XML does not define. Download it again, or write the character instead.',
  ],
  [
    'tags that do not match',
    listOf(`\n\n${entry('TEi.001', 'A</LAST_NAME>')}`),
    'line 4 is not well-formed: unexpected close tag. Download it again, or pass another file.',
  ],
  [
    'a character that XML forbids',
    listOf(entry('TEi.001', 'A\u0000B')),
    'line 2 is not well-formed: disallowed character. Download it again, or pass another file.',
  ],
  [
    'a second root',
    `${listOf(entry('TEi.001', 'A'))}\n<CONSOLIDATED_LIST/>`,
    'line 3 is not well-formed: documents may contain only one root. Download it again, or pass another file.',
  ],
  [
    'a truncated file',
    list.slice(0, 20_000),
    `it ends on line ${list.slice(0, 20_000).split('\n').length}, before the end of <CONSOLIDATED_LIST>. Download it again.`,
  ],
  [
    'a file without its last tag',
    list.slice(0, list.lastIndexOf('</')),
    `it ends on line ${list.split('\n').length}, before the end of <CONSOLIDATED_LIST>. Download it again.`,
  ],
  [
    'a declaration of another encoding',
    Buffer.from(listOf(entry('TEi.001', 'JOSÉ')).replace('UTF-8', 'ISO-8859-1'), 'latin1'),
    'its encoding is ISO-8859-1, not UTF-8. Convert it to UTF-8.',
  ],
  [
    'UTF-16 with a byte order mark',
    Buffer.from(`\uFEFF${list}`, 'utf16le'),
    'its encoding is UTF-16, not UTF-8. Convert it to UTF-8.',
  ],
  ['UTF-16 without one', Buffer.from(list, 'utf16le'), 'its encoding is UTF-16, not UTF-8. Convert it to UTF-8.'],
  [
    'bytes that are not UTF-8',
    Buffer.concat([Buffer.from(`${declaration}<CONSOLIDATED_LIST>é\n`), Buffer.from([0xe9, 0x0a])]),
    'line 3 is not valid UTF-8. Convert it to UTF-8.',
  ],
  [
    'a character that is cut off at the end',
    Buffer.concat([Buffer.from(`${declaration}<CONSOLIDATED_LIST>\n`), Buffer.from([0xc3])]),
    'line 3 is not valid UTF-8. Convert it to UTF-8.',
  ],
  [
    'elements that are nested deeply',
    listOf(`\n${entry('TEi.001', 'A', '<A>'.repeat(40))}`),
    'line 3 has more than 32 elements in one another. Pass another file.',
  ],
  [
    'an entry with many elements',
    listOf(`\n${entry('TEi.001', 'A', '<A/>\n'.repeat(20_001))}`),
    'the <INDIVIDUAL> that starts on line 3 has more than 20000 elements and attributes. Download it again, or pass another file.',
  ],
  [
    'an entry with a prefix of a namespace',
    listOf(`\n${entry('TEi.001', 'A')}\n<x:INDIVIDUAL xmlns:x="urn:x"/>`),
    'line 4 has <x:INDIVIDUAL> instead of <INDIVIDUAL>. Pass the consolidated list of the Security Council as XML.',
  ],
  [
    'an entry within an entry',
    listOf(`\n${entry('TEi.001', 'A', `\n${entry('TEi.002', 'B')}`)}`),
    'line 4 has a <INDIVIDUAL> within the <INDIVIDUAL> that starts on line 3. Download it again, or pass another file.',
  ],
  [
    'a tag with many attributes',
    listOf('').replace(
      '<INDIVIDUALS',
      `<INDIVIDUALS ${Array.from({ length: 20_001 }, (_, n) => `a${n}=""`).join(' ')}`,
    ),
    'the tag on line 2 has more than 20000 elements and attributes. Download it again, or pass another file.',
  ],
  [
    'an entry of more than 4 MB',
    listOf(`\n${entry('TEi.001', 'A', `<A>${'x'.repeat(MB / 2)}</A>`.repeat(9))}`),
    'the <INDIVIDUAL> that starts on line 3 is longer than 4 MB. Download it again, or pass another file.',
  ],
])('%s is refused', async (_, content, problem) => {
  await expectRefusal(content, damaged(problem))
})

test.each([
  ['attribute', `<A b="${'x'.repeat(10 * MB)}"/>`],
  ['text', `<A>${'x'.repeat(10 * MB)}</A>`],
  ['comment', `<!--${'x'.repeat(10 * MB)}-->`],
  ['entity', `&${'x'.repeat(10 * MB)};`],
])('an %s of 10 MB is refused before all of it is read', async (_, long) => {
  // The last entry is not well-formed, but the reader does not get so far.
  await expectRefusal(
    listOf(`\n${entry('TEi.001', 'A', long)}<B></C>`),
    damaged(
      'a tag, an attribute, a text or a comment on line 3 is longer than 1 MB. Download it again, or pass another file.',
    ),
  )
})

test('a file of 25 MB whose last entry is broken is refused as a whole, also without --limit', async () => {
  // The import writes batches of 1,000 entries, so that two would be written before the last entry.
  const comment = `<COMMENTS1>${'word '.repeat(2000)}</COMMENTS1>`
  const good = Array.from({ length: 2650 }, (_, number) => entry(`TEi.${1000 + number}`, 'A', comment)).join('\n')
  const broken = listOf(`${good}\n${entry('TEi.999', 'A', '<COMMENTS1>')}`)
  expect(broken.length).toBeGreaterThan(25 * MB)
  const before = [await db.change.count(), await db.actor.count()]
  await expect(importText(un, 'list.xml', broken, { asOf: '2026-02-27' })).rejects.toThrow(
    'line 2652 is not well-formed: unexpected close tag',
  )
  expect([await db.change.count(), await db.actor.count()]).toEqual(before)
})

test('CDATA, character references, comments and a byte order mark are read, in a file that is zipped or not', async () => {
  const content = `\uFEFF${listOf(entry('TEi.002', 'A &amp; <![CDATA[B <]]> C&#x44;<!-- no -->E'))}`
  expect(await importXml(content)).toMatchObject({ created: 1, rejected: 0 })
  expect(await db.actor.findUnique({ where: { slug: 'un-sc-tei-002' } })).toMatchObject({ name: 'A & B < CDE' })
  expect(await importText(un, 'list.xml.gz', gzipSync(content), { limit: 9 })).toMatchObject({ unchanged: 1 })
})

test('characters of several bytes are read wherever the file is divided, and elements over several lines have their first line', async () => {
  const content = Buffer.from(
    listOf(
      `<!--x${'é€😀'.repeat(60_000)}-->\n${entry('TEi.003', 'É€😀')}\n<INDIVIDUAL\n a="1"\n><FIRST_NAME>B</FIRST_NAME></INDIVIDUAL>`,
    ),
  )
  expect(content.length).toBeGreaterThan(2 * (1 << 18))
  const report = await importXml(content)
  expect(report).toMatchObject({ created: 1, rejected: 1, rejections: [{ number: 4 }] })
  expect(await db.actor.findUnique({ where: { slug: 'un-sc-tei-003' } })).toMatchObject({ name: 'É€😀' })
})

test('a directory is read if it has one XML file', async () => {
  const one = listOf(entry('TEi.004', 'A'))
  expect(await importTexts(un, { 'list.xml': one, 'readme.txt': 'x' }, { limit: 9 })).toMatchObject({ created: 1 })
  await expect(importTexts(un, { 'a.xml': one, 'b.xml': one })).rejects.toThrow('The directory has 2 .xml files')
  await expect(importFolder(un, fileURLToPath(new URL('data/ofac-2021', import.meta.url)))).rejects.toThrow(
    'The directory has no .xml file',
  )
})

test('an entry that the list has twice, far apart, is rejected, and a repeated import changes nothing', async () => {
  const others = Array.from({ length: 1100 }, (_, number) => entry(`TEi.${5000 + number}`, `Person ${number}`))
  const content = listOf(`\n${[entry('TEi.004', 'A'), ...others, entry('TEi.004', 'Someone else')].join('\n')}`)
  const report = await importText(un, 'list.xml', content, { asOf: '2026-03-01' })
  expect(report).toMatchObject({ read: 1102, retracted: 0, rejected: 1 })
  expect(report.rejections).toEqual([
    { number: 1104, key: 'UN_SC:TEi.004', reason: 'The entry UN_SC:TEi.004 is also in line 3: remove one of the two.' },
  ])
  expect(await db.actor.findUnique({ where: { slug: 'un-sc-tei-004' } })).toMatchObject({ name: 'A' })
  const repeated = await importText(un, 'list.xml', content, { asOf: '2026-03-01' })
  expect(repeated).toMatchObject({ unchanged: 1101, created: 0, changed: 0, rejected: 1 })
})

/** Returns letters that cannot be compressed. */
const letters = (length: number) =>
  Array.from({ length }, (_, place) => String.fromCodePoint(0x4e00 + ((place * place * 7919) % 20_000))).join('')

test.each([
  ['RTL marks', '\u200F\u200E', 'The name has neither a letter nor a digit: the entry is damaged.'],
  ['10,000 letters', letters(10_000), 'The name has more than 2000 characters: the entry is damaged.'],
])('an entry whose name has only %s is rejected, and the others are imported', async (_, name, reason) => {
  const content = listOf([entry('TEi.020', name), entry('TEi.021', 'A')].join('\n'))
  const report = await importText(un, 'list.xml', content, { limit: 9, dryRun: true })
  expect(report).toMatchObject({ created: 1, rejected: 1, rejections: [{ number: 2, key: 'UN_SC:TEi.020', reason }] })
})

test('a name that is too long is left out of its entry, and a long value in a reason is cut', async () => {
  const long = `<NAME_ORIGINAL_SCRIPT>${letters(10_000)}</NAME_ORIGINAL_SCRIPT>`
  const nationality = `<NATIONALITY><VALUE>${letters(10_000)}</VALUE></NATIONALITY>`
  const report = await importText(un, 'list.xml', listOf(entry('TEi.022', 'A', long + nationality)), {
    limit: 9,
    dryRun: true,
  })
  expect(report).toMatchObject({ created: 1, rejected: 0, leftOut: 2 })
  expect(report.rejections.map(({ reason }) => reason.slice(0, 70).replace(/\p{Script=Han}+/u, '…'))).toEqual([
    'The nationality "…',
    'A name besides the displayed one has more than 2000 characters, and is',
  ])
  expect(report.rejections.map(({ reason }) => reason.length < 1100)).toEqual([true, true])
})
