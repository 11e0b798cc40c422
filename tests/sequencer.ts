import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take the longest, in this order: the sooner they start, the less the others wait for them at the end. */
const longest = [
  'main',
  'import/round-trip',
  'tools/prisma',
  'chaos/chaos',
  'db/embedded',
  'schema/statements',
  'plan/generated',
]

/** Runs the longest files first, and all others as Vitest would: by how long they took last time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
