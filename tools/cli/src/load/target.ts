import { existsSync } from 'node:fs'
import path from 'node:path'
import { loadErrors, type Scenario, urlScenario } from '@hotpath/load'
import { type Imported, importEndings, importFile } from '@hotpath/load/import'
import { findApp, findWorkspace, listApps } from '../apps.ts'
import { cliErrors } from '../errors.ts'
import { scenarioFilesOf, scenariosIn } from './scenario-files.ts'

/** What a load command was asked to run. */
export interface LoadTarget {
  /** What progress and reports call it. */
  label: string
  scenarios: readonly Scenario[]
  /** The script of another tool that it comes from, with its own load and notes; null for scenarios of ours. */
  imported: Imported | null
}

/**
 * Finds what to run: a URL; a file of scenarios (`checkout.load.ts`); a script of Artillery or k6, or a HAR recording;
 * a scenario by its name, or `application/name`; or all scenarios of an application, mixed by their weights.
 * @throws HP_SCENARIO_ADDRESS_INVALID, HP_LOAD_SCENARIO_UNKNOWN, HP_APP_UNKNOWN, HP_APP_INCOMPLETE, HP_LOAD_IMPORT…
 */
export async function findLoad(what: string, from: string = process.cwd()): Promise<LoadTarget> {
  if (/^https?:\/\//.test(what)) return ours(what, [urlScenario(what)])
  if (/^[a-z]+:/i.test(what)) throw cliErrors.HP_SCENARIO_ADDRESS_INVALID({ given: what })
  const ending = path.extname(what).toLowerCase()
  const file = path.resolve(from, what)
  if (ending === '.ts') {
    if (!existsSync(file)) throw cliErrors.HP_SCENARIO_FILE_MISSING({ file: what })
    return ours(what, Object.values(await scenariosIn(file)))
  }
  if (importEndings.includes(ending)) {
    const imported = importFile(file, { environment: process.env })
    return { label: what, scenarios: imported.scenarios, imported }
  }
  const all = listApps(from).some(({ name }) => name === what)
  return ours(what, all ? await allOf(what, from) : [await byName(what, from)])
}

/** The scenarios alone: by this a process of a fleet finds for itself what it is told to run. */
export async function scenariosOf(what: string): Promise<readonly Scenario[]> {
  return (await findLoad(what)).scenarios
}

const ours = (label: string, scenarios: readonly Scenario[]): LoadTarget => ({
  label,
  scenarios,
  imported: null,
})

async function allOf(app: string, from: string): Promise<Scenario[]> {
  const files = scenarioFilesOf(findApp(app, from).folder)
  const scenarios = await Promise.all(files.map(scenariosIn))
  return scenarios.flatMap((found) => Object.values(found))
}

async function byName(what: string, from: string): Promise<Scenario> {
  const [first, second] = what.split('/', 2) as [string, string | undefined]
  const name = second ?? first
  const known: string[] = []
  for (const folder of foldersOf(second === undefined ? undefined : first, from)) {
    for (const file of scenarioFilesOf(folder)) {
      const scenarios = await scenariosIn(file)
      if (Object.hasOwn(scenarios, name)) return scenarios[name]!
      known.push(...Object.keys(scenarios))
    }
  }
  throw loadErrors.HP_LOAD_SCENARIO_UNKNOWN({ given: name, known: known.join(', ') || 'none' })
}

/** An application that was named is looked through alone; else the workspace's own, the workspace and where we are. */
function foldersOf(app: string | undefined, from: string): Iterable<string> {
  if (app !== undefined) return [findApp(app, from).folder]
  const workspace = findWorkspace(from)
  const main =
    workspace.main === null && !existsSync(path.join(from, 'app.ts')) ? [] : [findApp(undefined, from).folder]
  return new Set([...main, workspace.folder, path.resolve(from)])
}
