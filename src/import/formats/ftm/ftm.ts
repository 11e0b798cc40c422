import { z } from 'zod'
import type { RecordOf } from '../dateline/record.ts'
import type { Format } from '../format.ts'
import { imoNumbers } from '../imo.ts'
import type { BadLine, GoodLine, Line } from '../line.ts'
import { datasetOf, fuzzyPrefix, identifierOf, kindOf, namesOf, slugOfEntity } from '../opensanctions/shared.ts'
import { twinsOf } from '../register.ts'
import { textLines } from '../text-lines.ts'
import { type Entity, entitySchema } from './entity.ts'
import { linkOf } from './link.ts'
import { listingOf } from './listing.ts'
import { birthsOf, nationalitiesOf } from './personal.ts'

/** FollowTheMoney entities, one JSON object per line, and the delta files of OpenSanctions. */
export const ftm: Format = {
  name: 'ftm',
  reads: 'FollowTheMoney entities (entities.ftm.json) and delta lines: one JSON object per line',
  snapshot: true,
  ordered: true,
  async *lines({ files, isDirectory }) {
    // Links and sanctions may refer to later lines, so the first pass reads all actors, and the second all the rest.
    for (const pass of ['actors', 'rest'] as const)
      for (const file of files)
        for await (const line of textLines(file.read())) {
          const position = isDirectory ? { number: line.number, file: file.name } : { number: line.number }
          const parsed = 'mistake' in line ? { key: null, reason: line.mistake } : readLine(line.text)
          if (parsed && ('reason' in parsed || parsed.record?.record === 'ACTOR') === (pass === 'actors'))
            yield { ...parsed, ...position } as Line
        }
  },
}

const lineSchema = z.union([
  z.object({ op: z.literal('DEL'), entity: z.object({ id: z.string().min(1) }) }),
  z.object({ op: z.enum(['ADD', 'MOD']), entity: entitySchema }),
  entitySchema,
])

type ParsedLine = Omit<BadLine, 'number'> | Omit<GoodLine, 'number'>

function readLine(text: string): ParsedLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { key: null, reason: 'The line is not JSON: it is damaged or in another format.' }
  }
  const { data } = lineSchema.safeParse(value)
  if (!data) {
    const id = z.object({ id: z.string() }).safeParse(value).data?.id
    return {
      key: id ?? null,
      reason: 'The line is not a FollowTheMoney entity: it needs id, schema, and properties that are lists of strings.',
    }
  }
  if (!('op' in data)) return readEntity(data)
  if (data.op === 'DEL') return { retracts: [identifierOf(data.entity.id)], partial: true }
  const parsed = readEntity(data.entity)
  return parsed && { ...parsed, partial: true }
}

function readEntity(entity: Entity): ParsedLine | undefined {
  const sources = entity.datasets.map(datasetOf)
  const citations = sources.map(({ identifiers: [source = ''] }) => ({ source, basis: 'STATED' as const }))
  const kind = kindOf(entity.schema)
  if (kind) {
    const ship = imoNumbers(kind.asset?.kind === 'VESSEL' ? (entity.properties.imoNumber ?? []) : [], 'ship')
    const record = actorOf(entity, kind, ship.identifiers, citations)
    const nationalities = kind.kind === 'PERSON' ? nationalitiesOf(entity, citations) : []
    return {
      record,
      twins: twinsOf(record.identifiers),
      companions: [...sources, ...nationalities],
      leftOut: ship.mistakes.map((reason) => ({ key: identifierOf(entity.id), reason })),
    }
  }
  if (entity.schema === 'Sanction') return listingOf(entity, sources, citations)
  const link = linkOf(entity, citations)
  return link && { record: link, companions: sources }
}

function actorOf(
  { id, properties, referents, caption }: Entity,
  kind: Pick<RecordOf<'ACTOR'>, 'kind' | 'asset'>,
  shipNumbers: readonly string[],
  citations: RecordOf<'ACTOR'>['citations'],
): RecordOf<'ACTOR'> {
  const values = (property: string) => properties[property] ?? []
  const name = caption ?? values('name')[0] ?? id
  const [birth, ...otherBirths] = values('birthDate').flatMap((each) => fuzzyPrefix(each) ?? [])
  const death = values('deathDate').flatMap((each) => fuzzyPrefix(each) ?? [])[0]
  const gender = genders.get(values('gender')[0] ?? '')
  const keys = [
    ...[id, ...referents].map(identifierOf),
    ...values('wikidataId').map((each) => `WIKIDATA:${each}`),
    ...values('leiCode').map((each) => `LEI:${each}`),
    ...shipNumbers,
  ]
  return {
    record: 'ACTOR',
    identifiers: [...new Set(keys)],
    ...kind,
    slug: slugOfEntity(id),
    name,
    ...(values('position')[0] ? { description: values('position')[0] } : {}),
    names: namesOf(name, [
      ...[...values('name'), ...values('alias')].map((value) => ({ value, kind: 'ALIAS' as const })),
      ...values('weakAlias').map((value) => ({ value, kind: 'WEAK' as const })),
      ...values('previousName').map((value) => ({ value, kind: 'FORMER' as const })),
    ]),
    ...(kind.kind === 'PERSON'
      ? { person: { ...(birth ? { birth } : {}), ...(death ? { death } : {}), ...(gender ? { gender } : {}) } }
      : {}),
    ...(kind.kind === 'PERSON' ? { births: birthsOf(otherBirths, properties, citations) } : {}),
    citations,
  }
}

const genders = new Map([
  ['female', 'FEMALE'],
  ['male', 'MALE'],
  ['other', 'OTHER'],
] as const) as ReadonlyMap<string, 'FEMALE' | 'MALE' | 'OTHER'>
