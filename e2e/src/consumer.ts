import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const repository = path.resolve(import.meta.dirname, '../..')

/** A folder in which the tarballs of a release are installed, and that knows nothing of this repository. */
export interface Consumer {
  readonly folder: string
  /** What `npm run pack` said of each package. */
  readonly tarballs: readonly { name: string; file: string }[]
  write(name: string, text: string): void
  /**
   * Compiles files with the compiler of this repository.
   * @throws Error with what it says
   */
  compile(files: readonly string[], options: object): Promise<void>
  /** Starts a program that listens; resolves once it does. */
  start(program: string): Promise<{ url: string } & AsyncDisposable>
}

/** Packs the release as `npm run pack` does, and installs it in `folder` beside the packages named. */
export async function installRelease(folder: string, beside: readonly string[]): Promise<Consumer> {
  const into = path.join(folder, 'tarballs')
  const pack = [path.join(repository, 'scripts/pack.ts'), '--into', into, '--json']
  const { tarballs } = JSON.parse(await output(process.execPath, pack, repository)) as Pick<
    Consumer,
    'tarballs'
  >
  const consumer = path.join(folder, 'consumer')
  mkdirSync(consumer)
  writeFileSync(path.join(consumer, 'package.json'), '{ "type": "module", "private": true }')
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund']
  const packages = [...tarballs.map(({ file }) => file), ...beside.map(versioned)]
  await output('npm', ['install', ...quietly, ...packages], consumer)
  return {
    folder: consumer,
    tarballs,
    write: (name, text) => writeFileSync(path.join(consumer, name), text),
    compile: (files, options) => compile(consumer, files, options),
    start: (program) => start(consumer, program),
  }
}

/** At the version that the tests of the repository run with. */
function versioned(name: string): string {
  const manifest = path.join(repository, 'node_modules', name, 'package.json')
  return `${name}@${(JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version}`
}

async function compile(folder: string, files: readonly string[], options: object): Promise<void> {
  const usual = { target: 'es2024', lib: ['es2024', 'dom'], types: ['node'], strict: true }
  const config = { compilerOptions: { ...usual, ...options }, files }
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
  await output(process.execPath, [path.join(repository, 'node_modules/typescript/bin/tsc')], folder)
}

async function output(program: string, args: readonly string[], folder: string): Promise<string> {
  // What npm tells the programs it runs about this repository must not reach the consumer.
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))
  const options = { cwd: folder, env: Object.fromEntries(environment), maxBuffer: 2 ** 24 }
  const { stdout } = await run(program, args, options).catch((thrown: { stdout: string; stderr: string }) => {
    throw new Error(`${program} ${args.join(' ')} failed:\n${thrown.stdout}${thrown.stderr}`, {
      cause: thrown,
    })
  })
  return stdout
}

/** Loaded before a program, so that it tells where it listens. */
const announcing = `
import net from 'node:net'
const { listen } = net.Server.prototype
net.Server.prototype.listen = function (...args) {
  this.once('listening', () => console.log('port ' + this.address().port))
  return listen.apply(this, args)
}
`

async function start(folder: string, program: string): Promise<{ url: string } & AsyncDisposable> {
  writeFileSync(path.join(folder, 'announcing.mjs'), announcing)
  const child = spawn(process.execPath, ['--import', './announcing.mjs', program], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const exited = once(child, 'exit')
  const port = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('port ')) resolve(line.slice('port '.length))
    })
    void exited.then(([code]) => reject(new Error(`${program} ended with ${code}:\n${errors}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
