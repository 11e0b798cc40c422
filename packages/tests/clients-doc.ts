// The code of docs/clients.md.
import { readFileSync } from 'node:fs'

export interface ClientsDoc {
  /** The text of each file, by its name. */
  files: Record<string, string>
  /** The packages in the lines "npm install". */
  packages: string[]
  /** The commands to run after an installation: the name of each, and its arguments. */
  commands: string[][]
}

/** Reads the code of the page. Throws an error for code without the name of its file. */
export function readClientsDoc(): ClientsDoc {
  const text = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8')
  const doc: ClientsDoc = { files: {}, packages: [], commands: [] }
  const fence = /(?:^`([\w./-]+)`:\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm
  for (const [, file, language, code = ''] of text.matchAll(fence)) {
    if (file && !doc.files[file]) doc.files[file] = code
    else if (language === 'sh' && !file)
      for (const line of code.trim().split('\n')) {
        const [npx, ...command] = line.split(' ')
        if (npx !== 'npx') throw new Error(`The command "${line}" in docs/clients.md is not run: start it with npx.`)
        doc.commands.push(command)
      }
    else throw new Error(`Code in docs/clients.md has no file name, or that of other code: name its file.\n${code}`)
  }
  for (const [line = ''] of text.replaceAll(fence, '').matchAll(/^ {4}.*$/gm)) {
    const [npm, install, ...packages] = line.trim().split(' ')
    if (npm !== 'npm' || install !== 'install') throw new Error(`"${line.trim()}" in docs/clients.md is not run.`)
    doc.packages.push(...packages)
  }
  return doc
}

/** Returns the files that a file imports by relative paths, with those that they import. */
export function importsOf(file: string, files: Readonly<Record<string, string>>): string[] {
  const imported = [...(files[file] ?? '').matchAll(/from '(\.[^']+)'/g)].map(([, name = '']) =>
    new URL(name, `file:///${file}`).pathname.slice(1),
  )
  return imported.flatMap((each) => [each, ...importsOf(each, files)])
}
