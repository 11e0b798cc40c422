import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'

/** Counts the differences between the raw files of two snapshots, without the importer. */
export function countBetween(older: string, newer: string): { created: number; changed: number; delisted: number } {
  const [before, after] = [factsIn(older), factsIn(newer)]
  const both = [...after].filter(([entry]) => before.has(entry))
  return {
    created: after.size - both.length,
    delisted: before.size - both.length,
    changed: both.filter(([entry, facts]) => differs(before.get(entry) as WriteModel, facts)).length,
  }
}

interface WriteModel {
  /** The fields of which an entry has one. */
  readonly fixed: string
  /** The fields that are added and never removed. */
  readonly added: Set<string>
}

const differs = (before: WriteModel, after: WriteModel) =>
  before.fixed !== after.fixed || [...after.added].some((each) => !before.added.has(each))

function factsIn(folder: string): Map<string, WriteModel> {
  const entries = read(folder, 'sdn.csv').filter((row) => row.length === 12)
  const aliases = read(folder, 'alt.csv')
  const comments = new Map(read(folder, 'sdn_comments.csv').map(([entry, text]) => [entry, text ?? '']))
  const bearers = new Map<string, Set<string>>()
  const note = (name: string, entry: string) => bearers.set(key(name), (bearers.get(key(name)) ?? new Set()).add(entry))
  for (const [entry = '', name = ''] of entries) note(name, entry)
  for (const [entry = '', , , name = ''] of aliases) note(name, entry)
  const others = group(aliases)
  return new Map(
    entries.map((row) => {
      const [
        entry = '',
        name = '',
        type = '',
        programs = '',
        title = '',
        ,
        vessel = '',
        ,
        ,
        flag = '',
        ,
        remarks = '',
      ] = row
      const more = comments.get(entry)
      const parts = (remarks + (more ?? '')).split('; ')
      if (remarks.length === 1000 && more === undefined) parts.pop()
      const births = parts.filter((part) => /^(alt\. )?DOB /.test(part)).map((part) => part.replace(/\.$/, ''))
      const links = parts
        .filter((part) => part.startsWith('Linked To: '))
        .map((part) => [...(bearers.get(key(part.slice(11))) ?? [])])
        .flatMap((found) => (found.length === 1 && found[0] !== entry ? found : []))
      const weak = parts.flatMap((part) => {
        const [, kind, alias] = /^(?:alt\. )?([afn])\.k\.a\. '(.+)'\.?$/.exec(part) ?? []
        return alias ? [`${kind === 'f' ? 'former' : 'weak'} ${alias}`] : []
      })
      const gender = parts.find((part) => part.startsWith('Gender '))?.slice(7, 11)
      const person = type === 'individual' ? [births, gender] : []
      const description = title === '-0-' ? vessel : title
      const names = (others.get(entry) ?? []).map(
        ([, , kind, alias]) => `${kind === 'fka' ? 'former' : 'alias'} ${alias}`,
      )
      return [
        entry,
        {
          fixed: JSON.stringify([name, type, description, flag, programs.split('] [').sort(), person]),
          added: new Set([...names, ...weak, ...links].filter((each) => !each.endsWith(` ${name}`))),
        },
      ]
    }),
  )
}

const key = (name: string) => name.replace(/[.\s]+$/, '').toUpperCase()

function read(folder: string, name: string): string[][] {
  try {
    const rows: string[][] = parse(readFileSync(path.join(folder, name)), { relax_column_count: true, trim: true })
    return rows.filter((row) => row.length > 1)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function group(rows: string[][]): Map<string | undefined, string[][]> {
  const groups = new Map<string | undefined, string[][]>()
  for (const row of rows) groups.set(row[0], [...(groups.get(row[0]) ?? []), row])
  return groups
}
