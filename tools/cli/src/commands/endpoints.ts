import { type Duration, formatDuration, median, signedRankInterval } from '@hotpath/core'
import { type Scenario, urlScenario } from '@hotpath/load'
import { leastPairs } from '@hotpath/load/compare'
import {
  compareEndpoints,
  type Endpoint,
  type EndpointComparison,
  type EndpointFile,
  measureEndpoints,
  parseEndpoints,
} from '@hotpath/load/endpoints'
import { readEnvironment } from '@hotpath/load/environment'
import { findApp, loadRoutes, loadScenarios } from '../apps.ts'
import { openApp } from '../compare/sides.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { readInputs } from '../input-files.ts'
import { openOutFile } from '../out-file.ts'
import { buildPages } from '../pages/build-pages.ts'
import { stopSignal } from '../stop-signal.ts'
import { renderTable } from '../table.ts'
import { createProgressBars, print, printJson, type ProgressBars } from '../terminal.ts'

export interface EndpointsOptions {
  origin?: string
  rounds: number
  duration: Duration
  against?: string
  /** A share. */
  margin: number
  seed: number
  out?: string
  json: boolean
}

/** What is visited, and where. */
interface Visited {
  scenarios: readonly Scenario[]
  origin: string | null
  /** Every route, where they are known. */
  routes: readonly string[]
}

/** Measures every end point alone, keeps the medians, and holds them against a former file. */
export async function endpoints(given: readonly string[], options: EndpointsOptions): Promise<number> {
  const former = options.against === undefined ? null : readFormer(options.against)
  const out = openOutFile(options.out)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort())
  const bars = createProgressBars()
  const startedAt = new Date().toISOString()
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => bars.end())
  const { scenarios, origin, routes } = await open(given, { options, cleanup, bars })
  const measured = await measureEndpoints({
    scenarios,
    ...(origin !== null && { origin }),
    rounds: options.rounds,
    duration: options.duration,
    seed: options.seed,
    signal: stop.signal,
    onProgress: ({ done, total, scenario }) =>
      bars.report({ label: 'End points', done, total, detail: scenario }),
  })
  bars.end()
  const file: EndpointFile = { startedAt, environment: await readEnvironment(), endpoints: measured }
  const seen = new Set(measured.map(({ name }) => name))
  const notVisited = routes.filter((route) => !seen.has(route))
  const compared = former && compareEndpoints(former, file, { margin: options.margin })
  out.write(file)
  if (options.json) printJson({ ...file, notVisited, ...(compared && { compared }) })
  else printEndpoints(file, { notVisited, compared })
  if (stop.signal.aborted) return exitCode.inconclusive
  if (compared?.verdict === 'REGRESSED') return exitCode.broken
  return compared?.verdict === 'INCONCLUSIVE' ? exitCode.inconclusive : exitCode.ok
}

function readFormer(given: string): EndpointFile {
  const [first] = readInputs(given)
  return parseEndpoints(first!.text, first!.file)
}

interface Opening {
  options: EndpointsOptions
  cleanup: AsyncDisposableStack
  bars: ProgressBars
}

/** URLs are measured as they are; an application by its scenarios, started for it unless an origin is given. */
async function open(given: readonly string[], { options, cleanup, bars }: Opening): Promise<Visited> {
  const isUrl = (each: string) => /^https?:\/\//.test(each)
  if (given.length > 0 && given.every(isUrl)) {
    return { scenarios: given.map((url) => urlScenario(url)), origin: null, routes: [] }
  }
  if (given.length > 1) {
    const expected = 'one application, or URLs'
    throw cliErrors.HP_OPTION_INVALID({ option: 'what is measured', given: given.join(' '), expected })
  }
  const app = findApp(given[0])
  const scenarios = Object.values(await loadScenarios(app))
  const routes = (await loadRoutes(app)).map(({ pattern }) => pattern)
  if (options.origin !== undefined) return { scenarios, origin: options.origin, routes }
  await buildPages(bars.report)
  const running = await openApp(app)
  cleanup.defer(() => running.stop())
  return { scenarios, origin: running.origin, routes }
}

function printEndpoints(
  { endpoints: measured }: EndpointFile,
  { notVisited, compared }: { notVisited: readonly string[]; compared: EndpointComparison | null },
): void {
  const verdicts = new Map(compared?.endpoints.map((judged) => [judged.name, judged]))
  const rows = measured.map((endpoint) => {
    const judged = verdicts.get(endpoint.name)
    const change = judged ? [`${((judged.ratio - 1) * 100).toFixed(1)} %`, judged.verdict] : []
    return [
      endpoint.name,
      String(endpoint.requests),
      String(endpoint.errors),
      ...timesOf(endpoint),
      ...change,
    ]
  })
  const header = ['End point', 'Requests', 'Errors', 'Median', 'Interval', 'p95']
  const right = 'right' as const
  print(
    renderTable([...header, ...(compared ? ['Change', 'Verdict'] : [])], rows, [
      'left',
      right,
      right,
      right,
      right,
      right,
      right,
    ]),
  )
  const isBounded = measured.some(({ p50Ms }) => p50Ms.length >= leastPairs)
  if (measured.length > 0 && !isBounded) {
    print(`\nFewer than ${leastPairs} rounds have no interval: give --rounds ${leastPairs} or more.`)
  }
  if (notVisited.length > 0) print(`\nNo scenario visits ${notVisited.join(', ')}.`)
  for (const note of compared?.notes ?? []) print(`\n${note}`)
  if (compared) print(`\n${compared.verdict}`)
}

/** Over the rounds: median, the interval of their centre, and the median p95. */
function timesOf({ p50Ms, p95Ms }: Endpoint): string[] {
  if (p50Ms.length === 0) return ['—', '—', '—']
  const { low, high } = signedRankInterval(p50Ms)
  const interval = Number.isFinite(low) ? `${formatDuration(low)} … ${formatDuration(high)}` : '—'
  return [formatDuration(median(p50Ms)), interval, formatDuration(median(p95Ms))]
}
