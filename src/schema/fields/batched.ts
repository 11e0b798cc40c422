// Loads the values of many records by one query in the resolvers.

/** The batches that have not begun, by operation and by what they load. */
const batches = new WeakMap<object, Map<unknown, Batch>>()

interface Batch {
  ids: string[]
  values: Promise<Map<string, unknown>>
}

/** Returns the value of a record. Loads those that one operation selects at the same time together. */
export async function batched(
  context: object,
  key: unknown,
  id: string,
  load: (ids: readonly string[]) => Promise<Map<string, unknown>>,
): Promise<unknown> {
  const ofContext = batches.get(context) ?? new Map<unknown, Batch>()
  batches.set(context, ofContext)
  let batch = ofContext.get(key)
  if (!batch) {
    const ids: string[] = []
    const values = Promise.resolve().then(() => {
      ofContext.delete(key)
      return load(ids)
    })
    batch = { ids, values }
    ofContext.set(key, batch)
  }
  batch.ids.push(id)
  return (await batch.values).get(id)
}
