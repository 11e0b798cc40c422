import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take the longest, in this order: the sooner they start, the less the others wait for them at the end. */
const longest = ['main', 'import/round-trip', 'tools/prisma', 'db/embedded', 'chaos/chaos', 'schema/statements']

/** Runs the longest files first, and all others as Vitest would: by how long they took last time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      (longest.findIndex((name) => moduleId.endsWith(`/tests/${name}.test.ts`)) + longest.length) % (longest.length + 1)
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
