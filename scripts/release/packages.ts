import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A package's manifest, as far as a release reads it. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** A package that is released. */
export interface ReleasedPackage {
  /** In the repository: `server/cache`. */
  readonly folder: string
  readonly manifest: Manifest
  /** Folders that go along as they are. */
  readonly ships: readonly string[]
  /** Sources that are built by something else than the compiler. */
  readonly notCompiled: readonly string[]
  /** Whether it runs in Node or in browsers. */
  readonly runsIn: 'node' | 'browser'
}

/** What is released beside the compiled sources. The console's pages are built by Vite before. */
const folders: Readonly<Record<string, Partial<ReleasedPackage>>> = {
  core: {},
  'server/cache': {},
  'server/http': {},
  'server/postgres': {},
  'server/monitor': {},
  'tools/console': { ships: ['dist'], notCompiled: ['src/web'] },
  'server/app': {},
  'client/browser': { runsIn: 'browser' },
  'tools/load': {},
  'tools/cli': { ships: ['bin'] },
}

/** The packages of a release, each after those it depends on. */
export function releasedPackages(repository: string): ReleasedPackage[] {
  const waiting = Object.entries(folders).map(
    ([folder, { ships = [], notCompiled = [], runsIn = 'node' }]) => {
      const file = path.join(repository, folder, 'package.json')
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest
      return { folder, manifest, ships, notCompiled, runsIn }
    },
  )
  const ours = new Set(waiting.map(({ manifest }) => manifest.name))
  const ordered: ReleasedPackage[] = []
  const isReady = ({ manifest }: ReleasedPackage) =>
    Object.keys(manifest.dependencies ?? {}).every(
      (name) => !ours.has(name) || ordered.some((done) => done.manifest.name === name),
    )
  while (waiting.length > 0) {
    const next = waiting.findIndex(isReady)
    if (next === -1)
      throw new Error(`These packages need each other: ${waiting.map(({ folder }) => folder).join(', ')}`)
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}

/** Fields that only the repository needs. */
const notReleased: ReadonlySet<string> = new Set(['private', 'devDependencies', 'scripts'])

/** The manifest of the released package: what `exports` name is what the sources were compiled to. */
export function releasedManifest({ manifest, ships }: ReleasedPackage): object {
  const kept = Object.entries(manifest).filter(([field]) => !notReleased.has(field))
  const exports = Object.entries(manifest.exports).map(([name, file]) => [name, compiled(file)])
  return { ...Object.fromEntries(kept), exports: Object.fromEntries(exports), files: ['lib', ...ships] }
}

/** `./src/index.ts` as its declarations and its code; anything else as it is. */
function compiled(file: string): string | { types: string; default: string } {
  if (!file.startsWith('./src/')) return file
  const built = file.replace('./src/', './lib/').replace(/\.ts$/, '')
  return { types: `${built}.d.ts`, default: `${built}.js` }
}
