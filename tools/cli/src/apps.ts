import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { AppModule, Route, Target } from '@hotpath/app'
import type { Scenario } from '@hotpath/load'
import { cliErrors } from './errors.ts'
import { importModule } from './import-module.ts'

/** An application on disk: a folder whose files have the names every application uses. */
export interface AppFolder {
  name: string
  folder: string
}

/** The workspace: the nearest folder upwards that names its application, or holds applications. */
interface Workspace {
  folder: string
  /** The application meant when none is named. */
  main: string | null
}

/**
 * Finds an application by name (`apps/<name>/app.ts`) or by the path of its folder; without either, the one that
 * package.json names under `hotpath.app`.
 * @throws HP_APP_UNKNOWN naming those there are
 */
export function findApp(given: string | undefined, from: string = process.cwd()): AppFolder {
  const workspace = findWorkspace(from)
  const wanted = given ?? workspace.main ?? '.'
  const candidates = [path.join(workspace.folder, 'apps', wanted), path.resolve(from, wanted)]
  const folder = candidates.find((candidate) => existsSync(path.join(candidate, 'app.ts')))
  if (folder) return { name: path.basename(folder), folder }
  const known = listApps(from).map((app) => app.name)
  throw cliErrors.HP_APP_UNKNOWN({
    given: wanted,
    known: known.length > 0 ? known.join(', ') : 'none is here',
  })
}

/** Every application of the workspace, by name. */
export function listApps(from: string = process.cwd()): AppFolder[] {
  const root = path.join(findWorkspace(from).folder, 'apps')
  if (!existsSync(root)) return []
  return readdirSync(root)
    .filter((name) => existsSync(path.join(root, name, 'app.ts')))
    .map((name) => ({ name, folder: path.join(root, name) }))
}

export async function loadApp(app: AppFolder): Promise<AppModule> {
  return { start: await load<AppModule['start']>(app, 'app.ts', 'start') }
}

export function loadRoutes(app: AppFolder): Promise<readonly Route[]> {
  return load(app, 'routes.ts', 'routes')
}

export function loadTargets(app: AppFolder): Promise<readonly Target[]> {
  return load(app, 'budgets.ts', 'targets')
}

export function loadScenarios(app: AppFolder): Promise<Readonly<Record<string, Scenario>>> {
  return load(app, 'scenarios.ts', 'scenarios')
}

async function load<T>(app: AppFolder, file: string, name: string): Promise<T> {
  const full = path.join(app.folder, file)
  const missing = () => cliErrors.HP_APP_INCOMPLETE({ file: path.join(app.name, file), name })
  if (!existsSync(full)) throw missing()
  const module = await importModule(full)
  if (module[name] === undefined) throw missing()
  return module[name] as T
}

export function findWorkspace(from: string): Workspace {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json')
    if (existsSync(manifest)) {
      const { hotpath, workspaces } = JSON.parse(readFileSync(manifest, 'utf8')) as {
        hotpath?: { app?: string }
        workspaces?: unknown
      }
      if (hotpath || workspaces) return { folder, main: hotpath?.app ?? null }
    }
    if (path.dirname(folder) === folder) return { folder: path.resolve(from), main: null }
  }
}
