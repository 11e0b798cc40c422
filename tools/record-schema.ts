// Writes dist/records.schema.json: the JSON Schema of seed files, with which editors complete and check them. It has the fields and their
// values. The import checks further rules, such as the order of dates.
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { recordSchema } from '../src/import/formats/dateline/record.ts'

const { $schema, ...items } = z.toJSONSchema(recordSchema, { io: 'input', unrepresentable: 'any' })
const title = 'Records of Dateline, as "dateline seed" and "startDateline" read them'
writeFileSync(
  new URL('../dist/records.schema.json', import.meta.url),
  `${JSON.stringify({ $schema, title, type: 'array', items })}\n`,
)
