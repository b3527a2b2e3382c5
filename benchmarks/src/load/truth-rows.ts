import { runLoad, type RunResult, urlScenario } from '@hotpath/load'
import { holdAgainst, startFaultServer, type Truth } from '@hotpath/load/selftest'
import type { BarResult, SuiteContext } from '../suite.ts'
import { type Cell, nameOf } from './matrix.ts'
import type { Peer, PeerReport } from './peer.ts'

/** How one generator did in one cell. */
interface Told {
  truth: Truth
  /** Of the percentiles that it reports, all hold. */
  figuresHold: boolean
  countExact: boolean
}

interface CellResult {
  cell: Cell
  ours: Told
  /** Whether our first run was VALID: a healthy run must be. */
  validAtOnce: boolean
  peers: Map<string, Told>
}

const tries = 3

/** The truth matrix: ours and every peer that can drive a cell, in turn, each held against the server's own log. */
export async function truthRows(
  cells: readonly Cell[],
  peers: readonly Peer[],
  { progress }: SuiteContext,
): Promise<BarResult[]> {
  const results: CellResult[] = []
  for (const [index, cell] of cells.entries()) {
    const result = await measureCell(cell, peers, progress)
    results.push(result)
    progress(`cell ${index + 1} of ${cells.length}: ${nameOf(cell)}: ${describe(result)}`)
  }
  const kinds = Map.groupBy(results, ({ cell }) => cell.behaviour.kind)
  return [
    figuresRow({ id: 'truth-cells', where: 'all servers of the truth matrix', least: 0.95 }, results),
    countRow(results),
    healthyRow(results),
    ...Array.from(kinds, ([kind, some]) =>
      figuresRow({ id: `truth-${kind}`, where: `the server "${kind}"`, least: 5 / 6 }, some),
    ),
  ]
}

async function measureCell(
  cell: Cell,
  peers: readonly Peer[],
  progress: SuiteContext['progress'],
): Promise<CellResult> {
  await using server = await startFaultServer(cell.behaviour)
  const told = new Map<string, Told>()
  let validAtOnce = true
  let ours: Told | undefined
  for (let attempt = 1; ours === undefined; attempt++) {
    const result = await runLoad({ scenarios: urlScenario(server.url), ...loadOf(cell, attempt) })
    const report = await server.report()
    if (result.verdict === 'VALID' || attempt === tries) ours = toldBy(result, holdAgainst(result, report))
    else {
      validAtOnce = false
      progress(`${nameOf(cell)} again: ${result.reasons.join(' ')}`)
    }
  }
  for (const peer of peers.filter(({ drives }) => drives(cell))) {
    const { requests, times } = await peer.run(server.url, cell).catch((error: Error): PeerReport => {
      progress(`${peer.name} failed: ${error.message}`)
      return { requests: Number.NaN, times: { p50: Number.NaN } }
    })
    const responseMs = { p50: null, p95: null, p99: null, ...times }
    const truth = holdAgainst({ requests, responseMs }, await server.report())
    told.set(peer.name, toldBy({ responseMs: times }, truth))
  }
  return { cell, ours, validAtOnce, peers: told }
}

function loadOf({ model, level, seconds }: Cell, seed: number): Partial<Parameters<typeof runLoad>[0]> {
  const common = { duration: `${seconds}s` as const, seed }
  return model === 'open'
    ? { ...common, model, rate: level, arrivals: 'poisson' }
    : { ...common, model, users: level }
}

/** A percentile that a generator does not report is not held against it. */
function toldBy(reported: { responseMs: Partial<RunResult['responseMs']> }, truth: Truth): Told {
  const figures = truth.figures.filter(({ name }) => name in reported.responseMs)
  const countExact = truth.requests.measured === truth.requests.logged
  return { truth, figuresHold: figures.every(({ holds }) => holds), countExact }
}

function figuresRow(
  { id, where, least }: { id: string; where: string; least: number },
  results: readonly CellResult[],
): BarResult {
  const ours = shareOf(results, (result) => result.ours.figuresHold)
  return {
    id,
    what: `Cells in which p50, p95 and p99 are within 2 % or 1.5 ms of the server's log: ${where}`,
    ours,
    peers: peerShares(results, ({ figuresHold }) => figuresHold),
    unit: 'share of cells',
    ratio: ours,
    bar: `≥ ${(least * 100).toFixed(0)} %`,
    holds: ours >= least,
    ...(id !== 'truth-cells' && {
      cells: Object.fromEntries(results.map((result) => [nameOf(result.cell), describe(result)])),
    }),
  }
}

function countRow(results: readonly CellResult[]): BarResult {
  const ours = shareOf(results, (result) => result.ours.countExact)
  return {
    id: 'truth-count',
    what: 'Cells in which the requests counted are those that the server got',
    ours,
    peers: peerShares(results, ({ countExact }) => countExact),
    unit: 'share of cells',
    ratio: ours,
    bar: 'all',
    holds: ours === 1,
  }
}

function healthyRow(results: readonly CellResult[]): BarResult {
  const flagged = shareOf(results, ({ validAtOnce }) => !validAtOnce)
  return {
    id: 'healthy-flagged',
    what: 'Healthy runs of the matrix that were called INVALID at the first try',
    ours: flagged,
    peers: {},
    unit: 'share of runs',
    ratio: flagged,
    bar: 'none',
    holds: flagged === 0,
  }
}

function peerShares(results: readonly CellResult[], holds: (told: Told) => boolean): Record<string, number> {
  const names = new Set(results.flatMap(({ peers }) => [...peers.keys()]))
  return Object.fromEntries(
    Array.from(names, (name) => {
      const driven = results.flatMap(({ peers }) => peers.get(name) ?? [])
      return [`${name} (${driven.length} cells)`, shareOf(driven, holds)]
    }),
  )
}

function shareOf<T>(list: readonly T[], holds: (each: T) => boolean): number {
  return list.filter(holds).length / list.length
}

/** `p50 20.1/20.0, p95 …`, what was measured and what was logged, of all generators. */
function describe({ ours, peers }: CellResult): string {
  const of = ({ truth, figuresHold }: Told) =>
    `${figuresHold ? 'holds' : 'MISSES'} ${truth.figures
      .map(({ name, measured, logged }) => `${name} ${short(measured)}/${short(logged)}`)
      .join(', ')}, ${truth.requests.measured}/${truth.requests.logged} requests`
  return [`ours ${of(ours)}`, ...Array.from(peers, ([name, told]) => `${name} ${of(told)}`)].join('; ')
}

const short = (ms: number) => (Number.isNaN(ms) ? '—' : ms.toFixed(1))
