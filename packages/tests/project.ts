// Empty projects in which the packed client is installed.
import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')

/** The packages that projects may install, each with the version that is tested. */
const versions: Readonly<Record<string, string>> = {
  '@apollo/client': '4.3.8',
  '@graphql-codegen/cli': '7.4.3',
  '@graphql-codegen/client-preset': '6.2.0',
  '@types/node': '20.19.43',
  '@urql/core': '6.0.3',
  '@urql/exchange-graphcache': '9.0.2',
  '@urql/exchange-persisted': '5.0.1',
  'babel-plugin-relay': '21.0.1',
  eventsource: '4.1.1',
  graphql: '16.15.0',
  'graphql-sse': '2.6.1',
  'graphql-ws': '6.4.2',
  'relay-compiler': '21.0.1',
  'relay-runtime': '21.0.1',
  rxjs: '7.8.2',
  tsx: '4.23.15',
  typescript: '5.9.3',
  ws: '8.23.0',
}

/** What scripts for browsers find in Node: EventSource, WebSocket, and the plugin that a bundler has for Relay. */
const preload = `
import { register } from 'node:module'
import { EventSource } from 'eventsource'
import { WebSocket } from 'ws'
Object.assign(globalThis, { EventSource, WebSocket })
register('./relay-hook.mjs', import.meta.url)
`
const relayHook = `
import { transformSync } from '@babel/core'
export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (!/\\/relay\\/[^/]*\\.ts/.test(url)) return loaded
  const { code } = transformSync(String(loaded.source), {
    babelrc: false,
    configFile: false,
    filename: new URL(url).pathname,
    plugins: [['relay', { eagerEsModules: true }]],
  })
  return { ...loaded, source: code.replaceAll(/(\\.\\/__generated__\\/[\\w]+\\.graphql)(?=['"])/g, '$1.ts') }
}
`

/** A folder with installed packages. */
export class Project {
  private readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Packs the client, and installs it with other packages of `versions`. */
  static async create(names: Iterable<string>): Promise<Project> {
    const folder = await mkdtemp(path.join(tmpdir(), 'dateline-project-'))
    const { stdout } = await execute(
      'npm',
      ['pack', '--json', '-w', '@dateline/client', '--pack-destination', folder],
      {
        cwd: root,
      },
    )
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    const packages = [...new Set(names)].map((name) => {
      if (!versions[name]) throw new Error(`There is no version of ${name}: add one to packages/tests/project.ts.`)
      return `${name}@${versions[name]}`
    })
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error']
    await execute('npm', ['install', ...flags, `./${filename}`, ...packages], { cwd: folder })
    await writeFile(path.join(folder, 'preload.mjs'), preload)
    await writeFile(path.join(folder, 'relay-hook.mjs'), relayHook)
    return new Project(folder)
  }

  /** Writes files into a folder in which the packages are installed too. Returns the path of the folder. */
  async write(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = path.join(this.folder, name)
    await mkdir(folder, { recursive: true })
    await symlink('../node_modules', path.join(folder, 'node_modules'))
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
      await writeFile(path.join(folder, file), text)
    }
    return folder
  }

  /** Runs a command of the packages in a folder. Rejects with its output if it fails. */
  async command(folder: string, name: string, ...args: string[]): Promise<void> {
    await execute(path.join(this.folder, 'node_modules/.bin', name), args, { cwd: folder }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(`${name} ${args.join(' ')} failed:\n${stdout}${stderr}`)
      },
    )
  }

  /** Starts a TypeScript file in a folder, as in a browser or in Node. */
  start(folder: string, file: string): Script {
    return new Script(folder, ['--import', 'tsx', '--import', path.join(this.folder, 'preload.mjs'), file])
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A running script. */
export class Script {
  /** What it has written so far. */
  output = ''
  private readonly child
  private readonly ended: Promise<number | null>

  constructor(folder: string, args: string[]) {
    this.child = spawn(process.execPath, args, { cwd: folder })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.on('data', (data) => {
        this.output += data
      })
    this.ended = new Promise((resolve) => this.child.once('close', resolve))
  }

  /** Resolves with its output when it ends. Rejects with it if it fails, or does not end. */
  async result(): Promise<string> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 30_000)
    const code = await this.ended
    clearTimeout(timer)
    if (code !== 0) throw new Error(`The script ended with ${code ?? 'a signal'}:\n${this.output.slice(0, 2000)}`)
    return this.output
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
  }
}
