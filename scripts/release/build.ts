import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { type ReleasedPackage, releasedManifest, releasedPackages } from './packages.ts'

const run = promisify(execFile)

/** A package as npm would publish it. */
export interface Tarball {
  readonly name: string
  readonly version: string
  /** Absolute path of the .tgz. */
  readonly file: string
  /** Bytes, packed and unpacked. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: number
}

export interface ReleaseOptions {
  /** The root of the repository. */
  readonly repository: string
  /** The folder that gets the tarballs. */
  readonly into: string
}

/**
 * Builds every released package from its sources and packs it. Each is compiled against the packages that were built
 * before it, not against their sources: what is missing from a release is missing here, too.
 * @throws Error with what the compiler says
 */
export async function buildRelease({ repository, into }: ReleaseOptions): Promise<Tarball[]> {
  await mkdir(path.join(repository, '.hotpath'), { recursive: true })
  // Inside the repository, so that other people's packages are found in its node_modules.
  const stage = await mkdtemp(path.join(repository, '.hotpath/release-'))
  try {
    const packages = releasedPackages(repository)
    for (const released of packages) await buildPackage(released, { repository, stage })
    return await pack(packages, { stage, into })
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

interface Places {
  readonly repository: string
  readonly stage: string
}

async function buildPackage(released: ReleasedPackage, { repository, stage }: Places): Promise<void> {
  const { folder, manifest, ships, notCompiled, runsIn } = released
  const target = path.join(stage, folder)
  const source = path.join(repository, folder)
  for (const part of ['src', 'README.md', ...ships]) {
    await cp(path.join(source, part), path.join(target, part), { recursive: true })
  }
  await cp(path.join(repository, 'LICENSE'), path.join(target, 'LICENSE'))
  await compile(target, {
    extends: path.join(repository, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      noEmitOnError: true,
      rootDir: 'src',
      outDir: 'lib',
      typeRoots: [path.join(repository, 'node_modules/@types')],
      ...(runsIn === 'browser' && { lib: ['es2024', 'dom', 'dom.iterable'], types: [] }),
    },
    include: ['src'],
    exclude: notCompiled,
  })
  await rm(path.join(target, 'src'), { recursive: true })
  await writeFile(
    path.join(target, 'package.json'),
    `${JSON.stringify(releasedManifest(released), null, 2)}\n`,
  )
  const link = path.join(stage, 'node_modules', manifest.name)
  await mkdir(path.dirname(link), { recursive: true })
  await symlink(target, link)

  async function compile(at: string, config: object): Promise<void> {
    const project = path.join(at, 'tsconfig.json')
    await writeFile(project, JSON.stringify(config))
    const compiler = path.join(repository, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [compiler, '-p', project]).catch((thrown: { stdout?: string }) => {
      throw new Error(`${folder} does not compile against the packages before it:\n${thrown.stdout}`, {
        cause: thrown,
      })
    })
  }
}

async function pack(
  packages: readonly ReleasedPackage[],
  { stage, into }: { stage: string; into: string },
): Promise<Tarball[]> {
  await mkdir(into, { recursive: true })
  const folders = packages.map(({ folder }) => `./${folder}`)
  const options = ['--json', '--offline', '--ignore-scripts', '--pack-destination', into]
  const { stdout } = await run('npm', ['pack', ...options, ...folders], { cwd: stage })
  const packed = JSON.parse(stdout) as PackedByNpm[] | Record<string, PackedByNpm>
  return Object.values(packed).map(({ name, version, filename, size, unpackedSize, entryCount }) => ({
    name,
    version,
    file: path.join(into, filename.replace('@', '').replace('/', '-')),
    size,
    unpackedSize,
    files: entryCount,
  }))
}

interface PackedByNpm {
  name: string
  version: string
  filename: string
  size: number
  unpackedSize: number
  entryCount: number
}
