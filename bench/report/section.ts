import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'

const file = new URL('../RESULTS.md', import.meta.url)
const head = `# Results

Written by the commands in [README.md](README.md), which says what is measured; not edited by hand.

`

/** Replaces the section with this heading in RESULTS.md, or appends it. */
export async function writeSection(heading: string, text: string): Promise<void> {
  const old = existsSync(file) ? await readFile(file, 'utf8') : head
  const sections = old.split(/^(?=## )/m).slice(1)
  const place = sections.findIndex((section) => section.startsWith(`## ${heading}\n`))
  sections.splice(place < 0 ? sections.length : place, place < 0 ? 0 : 1, text)
  await writeFile(file, head + sections.map((section) => `${section.trim()}\n`).join('\n'))
}
