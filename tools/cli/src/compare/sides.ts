import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Measurement, paths } from '@hotpath/core'
import { chooseScenario, type Scenario, urlScenario } from '@hotpath/load'
import { treeCpuSeconds } from '@hotpath/load/machine'
import { type AppFolder, findApp, loadScenarios } from '../apps.ts'
import { cliErrors } from '../errors.ts'
import { startServer } from '../prove/server-process.ts'
import { ask } from '../running-app.ts'
import { startCommand } from './command-server.ts'
import { checkOut } from './git-checkout.ts'
import { besideGenerator } from './server-cores.ts'

/** One side of a comparison, running. */
export interface Side {
  origin: string
  scenario: Scenario
  /** Running totals of what the server used; null where they cannot be seen from here. */
  totals(): Promise<ServerTotals | null>
  stop(): Promise<void>
}

export interface ServerTotals {
  cpuSeconds: number
  /** Null where only the process can be seen. */
  requests: number | null
  /** Below an earlier one where counting began anew. */
  allocatedBytes: number | null
  statements: number | null
}

export interface SideOptions {
  /** `read-mix`, or `civicq/read-mix`. */
  scenario?: string
  /** Path of the one URL that is asked for, where there is no scenario. */
  path?: string
  /** The command that starts a git reference, or a folder, with a free port in PORT. @default 'npm start' */
  start?: string
  /** Gives up what is being opened. */
  signal?: AbortSignal
}

/**
 * Opens a side by what it is called: a URL that answers already; `git:` and a reference, checked out and started; an
 * application of this workspace, started with the layer and data of its own; a folder that is none, started as a
 * reference is; or a command, started with a free port in PORT.
 * @throws HP_APP_UNKNOWN, HP_COMMAND_FAILED, HP_CHILD_FAILED, HP_LOAD_SCENARIO_UNKNOWN, HP_OPTION_INVALID, HP_GIT_…
 */
export async function openSide(given: string, options: SideOptions): Promise<Side> {
  if (/^https?:\/\//.test(given)) return urlSide(given, options)
  if (isAddress(given)) throw unschemed(given)
  if (given.startsWith('git:')) return gitSide(given.slice('git:'.length), options)
  if (/\s/.test(given.trim())) return commandSide(given, options)
  return isFolder(given) ? commandSide(startOf(options), options, given) : appSide(given, options)
}

/** Whether a side is an application, whose pages have to be built. */
export const isApp = (given: string): boolean => !/^https?:|^git:|\s/.test(given) && !isFolder(given)

/** A folder with a package, where it is not an application's. */
const isFolder = (given: string) =>
  existsSync(path.join(given, 'package.json')) && !existsSync(path.join(given, 'app.ts'))

const startOf = ({ start = 'npm start' }: SideOptions) => start

async function gitSide(reference: string, options: SideOptions): Promise<Side> {
  const { folder, remove } = await checkOut(reference, options.signal ? { signal: options.signal } : {})
  try {
    const side = await commandSide(startOf(options), options, folder)
    return { ...side, stop: () => side.stop().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

/** `localhost:4000`: a URL whose beginning was forgotten. */
const isAddress = (given: string) => /^[^/\s]+:\d+(?:\/|$)/.test(given)

const unschemed = (given: string) =>
  cliErrors.HP_OPTION_INVALID({
    option: 'A side',
    given,
    expected: `a URL with its beginning: http://${given}`,
  })

async function urlSide(url: string, { scenario, path: asked = '' }: SideOptions): Promise<Side> {
  if (!URL.canParse(asked, url)) {
    const expected = 'a URL, such as http://127.0.0.1:4000'
    throw cliErrors.HP_OPTION_INVALID({ option: 'A side', given: url, expected })
  }
  const chosen =
    scenario === undefined ? urlScenario(new URL(asked, url).href) : await scenarioNamed(scenario)
  const { origin } = new URL(url)
  return { origin, scenario: chosen, totals: () => layerTotals(origin), async stop() {} }
}

async function appSide(given: string, { scenario, path: url }: SideOptions): Promise<Side> {
  const app = findApp(given)
  const scenarios = url === undefined ? await loadScenarios(app) : null
  const named = scenarios && chooseScenario(scenarios, scenario?.split('/').at(-1) ?? 'read-mix')
  const { origin, stop } = await openApp(app)
  return {
    origin,
    scenario: named ?? urlScenario(new URL(url!, origin).href),
    totals: () => layerTotals(origin),
    stop,
  }
}

/**
 * An application with the layer, on embedded data of its own that end with it.
 * @throws HP_CHILD_FAILED
 */
export async function openApp(app: AppFolder): Promise<Pick<Side, 'origin' | 'stop'>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hotpath-compare-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const where = { layer: 'on', databaseUrl: null, folder, place: besideGenerator } as const
    const { origin, stop } = await startServer(app, where)
    return {
      origin,
      async stop() {
        await stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

async function commandSide(
  command: string,
  { scenario, path: url, signal }: SideOptions,
  folder = process.cwd(),
): Promise<Side> {
  const named = scenario === undefined ? null : await scenarioNamed(scenario)
  const { origin, pid, stop } = await startCommand(command, { folder, ...(signal && { signal }) })
  return {
    origin,
    scenario: named ?? urlScenario(new URL(url ?? '/', origin).href),
    async totals() {
      const cpuSeconds = treeCpuSeconds(pid)
      return (
        (await layerTotals(origin)) ??
        (cpuSeconds === null ? null : { cpuSeconds, requests: null, allocatedBytes: null, statements: null })
      )
    },
    stop,
  }
}

async function scenarioNamed(given: string): Promise<Scenario> {
  const [app, name] = given.includes('/') ? given.split('/', 2) : [undefined, given]
  if (!name)
    throw cliErrors.HP_OPTION_INVALID({
      option: '--scenario',
      given,
      expected: 'read-mix, or civicq/read-mix',
    })
  return chooseScenario(await loadScenarios(findApp(app)), name)
}

/** What a Hotpath application tells of itself; null where none answers, or not to us. */
async function layerTotals(origin: string): Promise<ServerTotals | null> {
  try {
    const { cpuSeconds, allocatedBytes, requests, statements, database } = await ask<Measurement>(
      { origin },
      paths.measurement,
    )
    if (!Number.isFinite(cpuSeconds) || !Number.isFinite(requests)) return null
    return {
      cpuSeconds,
      allocatedBytes: allocatedBytes ?? null,
      requests,
      statements: database === 'none' ? null : statements,
    }
  } catch {
    return null
  }
}
