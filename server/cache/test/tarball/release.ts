import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const repository = path.resolve(import.meta.dirname, '../../../..')
export const typeRoots = [path.join(repository, 'node_modules/@types')]

export interface Packed {
  /** The package's folder in the repository: core, server/cache. */
  folder: string
  /** Where it is built; the tarball is unpacked into its node_modules. */
  into: string
}

/** Builds a package as a release does, with exports that point at the built files, packs it, and installs the tarball. */
export async function installRelease({ folder, into }: Packed): Promise<void> {
  const source = path.join(repository, folder)
  const manifest = JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8')) as Manifest
  const stage = path.join(into, 'stage', manifest.name)
  await mkdir(stage, { recursive: true })
  await compile(into, {
    extends: path.join(repository, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rootDir: path.join(source, 'src'),
      outDir: path.join(stage, 'dist'),
      typeRoots,
      // What it imports of ours is what was packed before it.
      paths: { '@hotpath/*': [path.join(into, 'node_modules/@hotpath/*/dist/index.d.ts')] },
    },
    include: [path.join(source, 'src')],
    exclude: [],
  })
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([name, file]) => [name, built(file)]),
  )
  await writeFile(path.join(stage, 'package.json'), JSON.stringify({ ...manifest, exports, files: ['dist'] }))
  await run('npm', ['pack', '--offline', '--ignore-scripts', '--pack-destination', into], { cwd: stage })
  const tarball = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
  const installed = path.join(into, 'node_modules', manifest.name)
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', path.join(into, tarball), '--strip-components=1', '-C', installed])
}

interface Manifest {
  name: string
  version: string
  exports: Record<string, string>
}

function built(file: string): { types: string; default: string } {
  const target = file.replace('./src/', './dist/')
  return { types: target.replace(/\.ts$/, '.d.ts'), default: target.replace(/\.ts$/, '.js') }
}

/** Runs the TypeScript of this repository. @throws Error with what it found, if anything */
export async function compile(folder: string, config: object): Promise<void> {
  const project = path.join(folder, 'tsconfig.json')
  await writeFile(project, JSON.stringify(config))
  const tsc = path.join(repository, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', project]).catch((thrown: { stdout?: string }) => {
    throw new Error(`tsc says: ${thrown.stdout}`, { cause: thrown })
  })
}
