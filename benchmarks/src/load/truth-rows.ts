import { runLoad, type RunResult, urlScenario } from '@hotpath/load'
import {
  type FaultReport,
  type FaultServer,
  holdAgainst,
  startFaultServer,
  type Truth,
} from '@hotpath/load/selftest'
import { toServersCore } from '../http/pinned.ts'
import type { BarResult, SuiteContext } from '../suite.ts'
import { type Cell, nameOf } from './matrix.ts'
import type { Peer, PeerReport } from './peer.ts'
import { startStillness, type Stillness } from './stillness.ts'
import { onTheWire } from './wire.ts'

/** How one generator did in one cell. */
interface Told {
  /** Its times from the due moment, of the percentiles that it reports. */
  response: Held
  /** Its times from writing the request. A peer has one kind of times, which is held against the log in all rows. */
  service: Held
  /** The same, held against what passed between the two. */
  wire: Held
  requests: Truth['requests']
  /** Whether the machine went on without a halt meanwhile. */
  isUndisturbed: boolean
}

interface Held {
  figures: Truth['figures']
  holds: boolean
}

interface Reported {
  requests: number
  isUndisturbed: boolean
  responseMs: Partial<Percentiles>
  serviceMs: Partial<Percentiles>
}

type Percentiles = Pick<RunResult['responseMs'], 'p50' | 'p95' | 'p99'>

interface CellResult {
  cell: Cell
  ours: Told
  /** Our runs on a machine that did not stand still, and how many of them were not VALID. */
  healthy: { runs: number; flagged: number }
  peers: Map<string, Told>
}

/** Of each of the two rounds, on a machine that stands still again and again: for waiting and for measuring anew. */
const patienceMs = 6 * 60_000
const everywhere = 'all servers of the truth matrix'

/** The truth matrix: ours and every peer that can drive a cell, in turn, each held against what passed on the wire, and against the server's own log. */
export async function truthRows(
  cells: readonly Cell[],
  peers: readonly Peer[],
  { progress }: SuiteContext,
): Promise<BarResult[]> {
  const first = await measureCells(cells, peers, progress)
  // A host is seldom busy all the time: what it disturbed is measured once more when all is done, peers and all.
  const disturbed = first.filter(({ ours }) => !ours.isUndisturbed).map(({ cell }) => cell)
  const again = await measureCells(disturbed, peers, progress)
  const results = first.map((result) =>
    calmer(
      result,
      again.find(({ cell }) => cell === result.cell),
    ),
  )
  const kinds = Map.groupBy(results, ({ cell }) => cell.behaviour.kind)
  return [
    figuresRow({ id: 'truth-wire', which: 'wire', where: everywhere, least: 0.95 }, results),
    figuresRow({ id: 'truth-service', which: 'service', where: everywhere, least: 0.95 }, results),
    figuresRow({ id: 'truth-response', which: 'response', where: everywhere, least: 0.95 }, results),
    countRow(results),
    healthyRow(results),
    ...Array.from(kinds, ([kind, some]) =>
      figuresRow({ id: `truth-${kind}`, which: 'wire', where: `the server "${kind}"`, least: 5 / 6 }, some),
    ),
  ]
}

async function measureCells(
  cells: readonly Cell[],
  peers: readonly Peer[],
  progress: SuiteContext['progress'],
): Promise<CellResult[]> {
  await using stillness = await startStillness(patienceMs)
  const results: CellResult[] = []
  for (const [index, cell] of cells.entries()) {
    const result = await measureCell(cell, peers, { stillness, progress })
    results.push(result)
    progress(`cell ${index + 1} of ${cells.length}: ${nameOf(cell)}: ${describe(result)}`)
  }
  return results
}

/** Of a cell that was disturbed at first, its second measurement where that was not; our runs of both count as runs. */
function calmer(first: CellResult, again: CellResult | undefined): CellResult {
  if (again === undefined) return first
  const healthy = {
    runs: first.healthy.runs + again.healthy.runs,
    flagged: first.healthy.flagged + again.healthy.flagged,
  }
  return { ...(again.ours.isUndisturbed ? again : first), healthy }
}

interface Measuring extends Pick<SuiteContext, 'progress'> {
  stillness: Stillness
}

async function measureCell(
  cell: Cell,
  peers: readonly Peer[],
  { stillness, progress }: Measuring,
): Promise<CellResult> {
  await using server = await startFaultServer(cell.behaviour)
  toServersCore(server.pid)
  const told = new Map<string, Told>()
  let seed = 0
  const {
    result: run,
    isUndisturbed,
    all,
  } = await stillness.calmest(
    async () => {
      seed += 1
      const seen = await witnessed(server, () =>
        runLoad({ scenarios: urlScenario(server.url), ...loadOf(cell, seed) }),
      )
      if (seen.verdict !== 'VALID') progress(`${nameOf(cell)} again: ${seen.reasons.join(' ')}`)
      return seen
    },
    ({ verdict }) => verdict === 'VALID',
  )
  for (const peer of peers.filter(({ drives }) => drives(cell))) {
    const { result: its, isUndisturbed: isItsUndisturbed } = await stillness.calmest(() =>
      witnessed(server, () =>
        peer.run(server.url, cell).catch((error: Error): PeerReport => {
          progress(`${peer.name} failed: ${error.message}`)
          return { requests: Number.NaN, times: { p50: Number.NaN } }
        }),
      ),
    )
    const { requests, times, logs } = its
    const reported = { requests, responseMs: times, serviceMs: times, isUndisturbed: isItsUndisturbed }
    told.set(peer.name, toldBy(reported, logs))
  }
  const healthy = all.filter((one) => one.isUndisturbed)
  const flagged = healthy.filter(({ result }) => result.verdict !== 'VALID')
  return {
    cell,
    ours: toldBy({ ...run, isUndisturbed }, run.logs),
    healthy: { runs: healthy.length, flagged: flagged.length },
    peers: told,
  }
}

/** Who saw the answers besides the generator. */
interface Logs {
  server: FaultReport
  /** How long each took by its packets, in milliseconds, ascending. */
  wire: number[]
}

async function witnessed<T extends object>(
  server: FaultServer,
  work: () => Promise<T>,
): Promise<T & { logs: Logs }> {
  const { result, answers } = await onTheWire(Number(new URL(server.url).port), work)
  return { ...result, logs: { server: await server.report(), wire: answers } }
}

function loadOf({ model, level, seconds }: Cell, seed: number): Partial<Parameters<typeof runLoad>[0]> {
  const common = { duration: `${seconds}s` as const, seed }
  return model === 'open'
    ? { ...common, model, rate: level, arrivals: 'poisson' }
    : { ...common, model, users: level }
}

const noTimes: Percentiles = { p50: null, p95: null, p99: null }

/** A percentile that a generator does not report is not held against it. */
function toldBy({ requests, responseMs, serviceMs, isUndisturbed }: Reported, { server, wire }: Logs): Told {
  function held(times: Partial<Percentiles>, log: FaultReport): Held {
    const truth = holdAgainst({ requests, times: { ...noTimes, ...times } }, log)
    const figures = truth.figures.filter(({ name }) => name in times)
    return { figures, holds: figures.every(({ holds }) => holds) }
  }
  return {
    response: held(responseMs, server),
    service: held(serviceMs, server),
    wire: held(serviceMs, { ...server, answers: wire }),
    requests: { measured: requests, logged: server.arrivals.length },
    isUndisturbed,
  }
}

interface Asked {
  id: string
  which: 'response' | 'service' | 'wire'
  where: string
  least: number
}

const whichTimes = {
  response: "from the moment when each was due are within 2 % or 1.5 ms of the server's log",
  service:
    "from writing each request are within 2 % or 1.5 ms of the server's log, which begins when its handler is called",
  wire: 'from writing each request are within 2 % or 1.5 ms of what passed between the two',
}

function figuresRow({ id, which, where, least }: Asked, results: readonly CellResult[]): BarResult {
  const ours = shareOf(results, (result) => result.ours[which].holds)
  const disturbed = results.filter((result) => !result.ours.isUndisturbed).length
  return {
    id,
    what: `Cells in which p50, p95 and p99 ${whichTimes[which]}: ${where}, ${results.length} cells (in ${disturbed} of them the machine stood still in all tries: the one in which it did so least counts)`,
    ours,
    peers: peerShares(results, (told) => told[which].holds),
    unit: 'share of cells',
    ratio: ours,
    bar: `≥ ${(least * 100).toFixed(0)} %`,
    holds: ours >= least,
    ...(where !== everywhere && {
      cells: Object.fromEntries(results.map((result) => [nameOf(result.cell), describe(result)])),
    }),
  }
}

const isExact = ({ requests }: Told) => requests.measured === requests.logged

function countRow(results: readonly CellResult[]): BarResult {
  const ours = shareOf(results, (result) => isExact(result.ours))
  return {
    id: 'truth-count',
    what: 'Cells in which the requests counted are those that the server got',
    ours,
    peers: peerShares(results, isExact),
    unit: 'share of cells',
    ratio: ours,
    bar: 'all',
    holds: ours === 1,
  }
}

function healthyRow(results: readonly CellResult[]): BarResult {
  const sum = (count: (result: CellResult) => number) =>
    results.reduce((total, result) => total + count(result), 0)
  const runs = sum(({ healthy }) => healthy.runs)
  const flagged = sum(({ healthy }) => healthy.flagged) / runs
  return {
    id: 'healthy-flagged',
    what: `Of ${runs} runs of the matrix on a machine that did not stand still, those called INVALID`,
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
      const told = results.flatMap(({ peers }) => peers.get(name) ?? [])
      return [`${name} (${told.length} cells)`, shareOf(told, holds)]
    }),
  )
}

/** NaN of none. */
function shareOf<T>(list: readonly T[], holds: (each: T) => boolean): number {
  return list.filter(holds).length / list.length
}

/** `p50 20.1/20.0, p95 …`, what was measured and what passed on the wire, of all generators. */
function describe({ ours, peers }: CellResult): string {
  const times = ({ figures, holds }: Held) =>
    `${holds ? 'holds' : 'MISSES'} ${figures
      .map(({ name, measured, logged }) => `${name} ${short(measured)}/${short(logged)}`)
      .join(', ')}`
  const of = ({ wire, requests, isUndisturbed }: Told) =>
    `${times(wire)}, ${requests.measured}/${requests.logged} requests${isUndisturbed ? '' : ' (the machine stood still in all tries)'}`
  const byServer = `from writing, beside the server's log, ${times(ours.service)}; from due ${times(ours.response)}`
  return [`ours ${of(ours)}`, byServer, ...Array.from(peers, ([name, told]) => `${name} ${of(told)}`)].join(
    '; ',
  )
}

const short = (ms: number) => (Number.isNaN(ms) ? '—' : ms.toFixed(1))
