// Reads names of an OFAC sanctions list, and generates more names from them.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { searchKey } from '../../src/domain/name.ts'
import { Chance } from './chance.ts'

export interface Name {
  /** The slug of the actor with this name. */
  slug: string
  value: string
  kind: 'PERSON' | 'ORGANIZATION'
}

export interface List {
  names: Name[]
  /** Other names of the same actors. */
  aliases: { slug: string; value: string }[]
}

/** Returns the names in `sdn.csv` and `alt.csv`. Names of persons are in natural order, such as "Jane Doe". */
export async function readList(folder: string): Promise<List> {
  const names = (await rowsOf(path.join(folder, 'sdn.csv'))).map(([id, name = '', type]): Name => {
    const isPerson = type === 'individual'
    return { slug: `ofac-${id}`, value: isPerson ? spoken(name) : name, kind: isPerson ? 'PERSON' : 'ORGANIZATION' }
  })
  const people = new Set(names.filter(({ kind }) => kind === 'PERSON').map(({ slug }) => slug))
  const aliases = (await rowsOf(path.join(folder, 'alt.csv'))).map(([id, , , name = '']) => {
    const slug = `ofac-${id}`
    return { slug, value: people.has(slug) ? spoken(name) : name }
  })
  return { names, aliases }
}

/**
 * Returns the names, and generated names up to the total: the first half of one name and the second half of another of
 * its kind.
 */
export function withMadeUp(names: readonly Name[], total: number): Name[] {
  const chance = new Chance(20_261_124)
  const words = (kind: Name['kind']) => names.filter((name) => name.kind === kind).map(({ value }) => value.split(' '))
  const kinds = { PERSON: words('PERSON'), ORGANIZATION: words('ORGANIZATION') }
  const seen = new Set(names.map(({ value }) => searchKey(value)))
  const made: Name[] = []
  while (names.length + made.length < total) {
    const kind = chance.below(2) ? 'PERSON' : 'ORGANIZATION'
    const [head, tail] = [chance.of(kinds[kind]), chance.of(kinds[kind])]
    const half = Math.ceil(head.length / 2)
    let value = [...head.slice(0, half), ...tail.slice(-Math.max(1, head.length - half))].join(' ')
    while (seen.has(searchKey(value))) value += ` ${chance.of(kinds[kind])[0]}`
    seen.add(searchKey(value))
    made.push({ slug: `made-${made.length}`, value, kind })
  }
  return [...names, ...made].slice(0, total)
}

/** Reads the rows of a file without a header. Fields with a comma are quoted, and no field contains a line break. */
async function rowsOf(file: string): Promise<string[][]> {
  const lines = (await readFile(file, 'latin1')).split(/\r?\n/).filter((line) => line.includes(','))
  return lines.map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)\s*(?:,|$)/g)].map(([, field = '']) =>
      field.replace(/^"|"$/g, '').replaceAll('""', '"').trim(),
    ),
  )
}

function spoken(name: string): string {
  const [surname = '', ...given] = name.split(', ')
  return [...given, surname].join(' ')
}
