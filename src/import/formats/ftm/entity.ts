import { z } from 'zod'

export const entitySchema = z.object({
  id: z.string().min(1),
  schema: z.string(),
  properties: z.record(z.string(), z.array(z.string())).default({}),
  datasets: z.array(z.string()).default([]),
  referents: z.array(z.string()).default([]),
  caption: z.string().optional(),
})

export type Entity = z.infer<typeof entitySchema>
