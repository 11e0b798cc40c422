// Asks Dateline and peers for names as readers type them, and for misspelt names among a million:
//   npm run search:peers -- <address of a database with the seed and the lists of OFAC, the UN and the EU> --ofac <folder> --write
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { withClient } from '../../src/db/with-client.ts'
import { readComment, server } from '../database.ts'
import { print } from '../print.ts'
import { describeMachine } from '../report/machine.ts'
import { type Measured, peersReport } from '../report/peers.ts'
import { writeSection } from '../report/section.ts'
import { namesDatabase } from './database.ts'
import { questionsOf } from './measure.ts'
import { readList, withMadeUp } from './names.ts'
import { dateline } from './peers/dateline.ts'
import { groonga } from './peers/groonga.ts'
import { measurePeer, type Question, readCorpus, readQuestions } from './peers/measure.ts'
import { type Corpus, isInstalled } from './peers/peer.ts'
import { sphinx } from './peers/sphinx.ts'
import { trigrams } from './peers/trigrams.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ofac: { type: 'string' },
    names: { type: 'string', default: '1000000' },
    asked: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
  },
})
const [url] = positionals
if (!url) throw new Error('Pass the address of a database with the seed and the lists of OFAC, the UN and the EU.')

const peers = [dateline, ...trigrams, ...sphinx, ...groonga]
const installed = peers.filter(({ needs }) => !needs || isInstalled(needs.program))
const missing = new Set(peers.flatMap(({ needs }) => (needs && !isInstalled(needs.program) ? [needs.name] : [])))
for (const name of missing) print(`${name} is left out: run "apt-get install ${name}" to measure it.`)

const questions = { ...(await ask(await readCorpus(url), await readQuestions(), 5)), within: 5 }
const many = values.ofac ? await askAmongMany(values.ofac) : undefined
const rest = values.ofac ? ` --ofac <folder> --names ${values.names} --asked ${values.asked}` : ''
const report = peersReport({
  machine: await withClient(url, describeMachine),
  command: `npm run search:peers -- <address>${rest} --write`,
  notes: [
    ...[versionOf('searchd', '--help'), versionOf('groonga', '--version')].filter((version) => version !== undefined),
    ...[...missing].map((name) => `${name} was not installed`),
  ],
  questions,
  many,
})
process.stdout.write(report)
if (values.write) await writeSection('Search beside peers', report)

async function ask(corpus: Corpus, asked: readonly Question[], most: number) {
  const results: Measured[] = []
  for (const peer of installed) results.push(await measurePeer(peer, corpus, asked, most))
  const [first] = results
  // Dateline's names are loaded already.
  if (first) first.loadMs = undefined
  return { names: corpus.names.length, peers: results }
}

/** Asks for misspelt names of the OFAC list among these names and made up ones. */
async function askAmongMany(folder: string) {
  const list = await readList(folder)
  const names = withMadeUp(list.names, Number(values.names))
  const name = `dateline_bench_names_${names.length}`
  const comment = () => withClient(server, (client) => readComment(client, name))
  const before = await comment()
  const begun = performance.now()
  const url = await namesDatabase(names)
  const loadMs = performance.now() - begun
  const asked = questionsOf(list, Number(values.asked))
    .filter(({ how }) => how.startsWith('a letter') || how.startsWith('two letters'))
    .flatMap(({ how, questions }) => questions.map(({ text, name }) => ({ group: how, text, name })))
  const results = await ask(await readCorpus(url), asked, 10)
  const [first] = results.peers
  if (first && before !== (await comment())) first.loadMs = loadMs
  return { ...results, within: 10 }
}

/** Returns the first words of what a program says of itself. */
function versionOf(program: string, flag: string): string | undefined {
  if (!isInstalled(program)) return undefined
  return execFileSync(program, [flag], { encoding: 'utf8' }).match(/^\S+ \d\S+/m)?.[0]
}
