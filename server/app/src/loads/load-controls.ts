import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  type Clock,
  type CurrentLoad,
  formatDuration,
  type LoadComparison,
  type LoadRun,
  type LoadRunSummary,
  type Loads,
  type LoadStart,
  type TimelineMarker,
} from '@hotpath/core'
import { appErrors } from '../errors.ts'
import { findCommand, type HotpathCommand } from './hotpath-command.ts'
import { loadLimits } from './load-request.ts'
import { type LoadProcess, startLoad } from './load-process.ts'
import { runId, summaryOf } from './run-document.ts'
import { openRunStore, type RunStore } from './run-store.ts'
import { openUnderWay } from './under-way.ts'

/** Load runs against this application, each in a process of its own. */
export interface LoadControls {
  list(): Promise<Loads>
  /** What can be run, by name. @throws HP_LOAD_UNAVAILABLE */
  scenarios(): Promise<readonly string[]>
  /** Undefined where there is no such run. */
  open(id: string): Promise<LoadRun | undefined>
  /** Begins one against `origin`, this application. @throws HP_LOAD_UNAVAILABLE, HP_LOAD_BUSY */
  start(what: LoadStart, origin: string): Promise<CurrentLoad>
  /** Ends the run under way; what it measured is kept. False where none is. */
  stop(): boolean
  /** The runs as markers of a timeline, as far as they are known by now. */
  markers(): TimelineMarker[]
  /** @throws HP_LOAD_RUN_UNKNOWN, HP_LOAD_UNAVAILABLE */
  compare(a: readonly string[], b: readonly string[]): Promise<LoadComparison>
  /** Stops a run that this process began, and waits for its end. */
  close(): Promise<void>
}

export interface LoadControlsOptions {
  /** The application, as its folder is named. */
  app: string
  /** Where runs are kept. */
  folder: string
  /** By which the application is watched meanwhile. */
  token: string | null
  /** Where the command and the application's scenarios are looked for. @default the current folder */
  project?: string
  /** Milliseconds since 1970. @default Date.now */
  clock?: Clock
}

/** Opens the runs of an application. The command is looked for when somebody asks. */
export function openLoads(options: LoadControlsOptions): LoadControls {
  const { app, folder, token, project = process.cwd(), clock = Date.now } = options
  const store = openRunStore(folder)
  const underWay = openUnderWay(path.join(folder, 'under-way'))
  let listed: Promise<readonly string[]> | undefined
  let own: LoadProcess | undefined
  let known: readonly LoadRunSummary[] = []
  void refresh()

  async function refresh(): Promise<readonly LoadRunSummary[]> {
    known = await store.list()
    return known
  }

  function command(): HotpathCommand {
    const found = findCommand(project)
    if (found) return found
    throw appErrors.HP_LOAD_UNAVAILABLE({
      problem: `the hotpath command is not installed in ${path.basename(project)}`,
    })
  }

  /** Asked once: the scenarios of a process do not change while it runs. A failure is asked again. */
  function scenarios(): Promise<readonly string[]> {
    listed ??= listScenarios(command(), app).catch((error: unknown) => {
      listed = undefined
      throw error
    })
    return listed
  }

  return {
    scenarios: async () => scenarios(),
    async list() {
      const now = clock()
      const current = underWay.current(now)
      const found = await Promise.resolve()
        .then(scenarios)
        .then(
          (names) => ({ names, whyNot: '' }),
          (error: Error) => ({ names: [], whyNot: error.message }),
        )
      return {
        now,
        whyNot: found.whyNot,
        scenarios: [...found.names],
        limits: loadLimits,
        current,
        // Its file is there, empty, from the beginning.
        runs: (await refresh()).filter(({ id }) => id !== current?.id),
      }
    },
    open: (id) => store.open(id),
    async start(what, origin) {
      const { file, folder: cwd } = command()
      const startedAt = clock()
      const load = { ...what, id: runId(what.scenario, startedAt), startedAt }
      if (!underWay.claim(load, startedAt)) throw appErrors.HP_LOAD_BUSY()
      own = startLoad({ load, app, origin, token, command: { file, cwd }, store, underWay })
      void own.ended.then(() => {
        own = undefined
        return refresh()
      })
      return { ...load, isStopping: false, progress: [] }
    },
    stop() {
      const runs = underWay.current(clock()) !== null
      if (runs) underWay.askToStop()
      return runs
    },
    markers() {
      // For the next time: another process may have ended a run.
      void refresh()
      const current = underWay.current(clock())
      const begun = [...known, ...(current ? [current] : [])]
      return begun.map(({ scenario, rate, startedAt, durationMs }) => {
        const text = `Load run of ${scenario}${rate === null ? '' : ` at ${rate}/s`} for ${formatDuration(durationMs)}`
        return { at: startedAt, kind: 'load', text }
      })
    },
    compare: async (a, b) => compareRuns({ store, command: command() }, a, b),
    async close() {
      own?.stop()
      await own?.ended
    },
  }
}

async function listScenarios(command: HotpathCommand, app: string): Promise<readonly string[]> {
  try {
    const { scenarios } = (await command.json('load', 'list', app)) as { scenarios: { name: string }[] }
    return scenarios.map(({ name }) => name.slice(name.indexOf('/') + 1))
  } catch (cause) {
    throw appErrors.HP_LOAD_UNAVAILABLE({ problem: (cause as Error).message }, { cause })
  }
}

async function compareRuns(
  { store, command }: { store: RunStore; command: HotpathCommand },
  a: readonly string[],
  b: readonly string[],
): Promise<LoadComparison> {
  const sides = await Promise.all([readSide(store, a), readSide(store, b)])
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-compare-'))
  try {
    const files = ['a.json', 'b.json'].map((name) => path.join(folder, name))
    await Promise.all(files.map((file, index) => writeFile(file, JSON.stringify({ runs: sides[index] }))))
    const { verdict, metrics, notes } = (await command
      .json('compare', ...files)
      .catch((cause: unknown) =>
        Promise.reject(appErrors.HP_LOAD_UNAVAILABLE({ problem: (cause as Error).message }, { cause })),
      )) as LoadComparison
    const [before, after] = [a, b].map((ids, side) =>
      ids.map((id, index) => summaryOf(id, sides[side]![index]!)),
    )
    return { verdict, metrics, notes, a: before!, b: after! }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readSide(store: RunStore, ids: readonly string[]) {
  const found = await Promise.all(ids.map((id) => store.document(id)))
  return found.map((document, index) => {
    if (document && document.verdict !== 'FAILED') return document
    throw appErrors.HP_LOAD_RUN_UNKNOWN({ given: JSON.stringify(ids[index]).slice(0, 80) })
  })
}
