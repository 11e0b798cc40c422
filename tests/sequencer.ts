import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that take the longest, in the order in which they start, so that other files do not wait for them at the
 * end.
 */
const longest = [
  'main',
  'import/round-trip',
  'tools/prisma',
  'chaos/chaos',
  'db/embedded',
  'schema/statements',
  'plan/generated',
]

/** Runs the longest files first, and the others in the order of Vitest: by their last duration. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
