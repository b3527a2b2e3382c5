import { isDeepStrictEqual } from 'node:util'
import { within } from '../run/option-range.ts'
import { conclude, type Part } from '../run/part.ts'
import { type LoadOptions, type Plan, planRun } from '../run/plan.ts'
import type { RunResult } from '../record/result.ts'
import { prepareRun } from '../run/run.ts'
import { agentChannel } from './agent-channel.ts'
import { epochNow } from './agent-protocol.ts'
import { type ClockOffset, type OpenChannel, processChannel, threadChannel } from './channel.ts'
import { type Member, openMember } from './open-member.ts'
import { mergeProgress } from './merge-progress.ts'
import type { Assignment, ScenarioSource } from './messages.ts'
import { loadSource } from './serve-member.ts'

/** Which generators drive a run together. */
export interface FleetOptions extends Omit<LoadOptions, 'scenarios'> {
  source: ScenarioSource
  /** Generators in threads of this process, 0…64. @default 1 when there are no others */
  workers?: number
  /** Generators in processes of their own on this host, 0…64. @default 0 */
  processes?: number
  /** Generators that agents lend: `host:port`, once for each generator. @default [] */
  agents?: readonly string[]
  /** What the agents know, at least 16 characters. @default none */
  token?: string
}

/** The result of a run by several generators. */
export interface FleetResult extends RunResult {
  fleet: FleetMember[]
}

/** What one generator did. */
export interface FleetMember {
  name: string
  /** Null when it did not come to its end. */
  requests: number | null
  /** What its host's clock shows more than ours; null on this host. */
  clock: ClockOffset | null
  /** Why there is no part of it. */
  problem: string | null
}

/** From the last message of preparing to the start: no generator must hear of it too late. */
const leadMs = 300
const startTimeoutMs = 30_000
const preparedTimeoutMs = 300_000
/** How long a generator may take to end, after the last answer had its time. */
const graceMs = 20_000

/**
 * Drives one run by several generators: each sends its share of one schedule from a common moment on, and their
 * histograms and counts add up exactly. The run is INVALID when one generator is the limit, or dies; then the others
 * stop, and what they measured is the result.
 * @throws as `runLoad`; HP_LOAD_AGENT, HP_LOAD_GENERATOR when a generator cannot begin
 */
export async function runFleet(options: FleetOptions): Promise<FleetResult> {
  const { source, workers, processes, agents, token, signal, onProgress, ...travelling } = options
  const ways = waysTo({ workers, processes, agents, token })
  const load = { ...travelling, scenarios: await loadSource(source) }
  const plan = planRun(load)
  within('connections', plan.connections, { least: ways.length, most: 20_000 })
  const prepared = await prepareRun(plan)
  const shared = travels(prepared) ? prepared : null
  const members = await openAll(ways)
  try {
    const assignments = members.map((_, index): Assignment => ({
      options: travelling,
      source,
      share: { index, of: members.length },
      shared,
    }))
    return await drive({
      members,
      assignments,
      plan,
      signal,
      onProgress,
      histograms: options.histograms ?? false,
    })
  } finally {
    await Promise.all(members.map((member) => member.close()))
  }
}

interface Generators {
  workers: number | undefined
  processes: number | undefined
  agents: readonly string[] | undefined
  token: string | undefined
}

function waysTo({ workers, processes = 0, agents = [], token = '' }: Generators): OpenChannel[] {
  const range = { least: 0, most: 64, whole: true } as const
  const others = within('processes', processes, range) + within('the number of agents', agents.length, range)
  const threads = within('workers', workers ?? (others > 0 ? 0 : 1), range)
  within('the number of generators', threads + others, { ...range, least: 1 })
  return [
    ...Array.from({ length: threads }, (_, index) => threadChannel(index + 1)),
    ...Array.from({ length: processes }, (_, index) => processChannel(index + 1)),
    ...agents.map((address) => agentChannel(address, token)),
  ]
}

/** Dates, maps and functions do not survive JSON: then each generator runs the setups for itself. */
function travels(shared: unknown[]): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(shared)), shared)
}

async function openAll(ways: readonly OpenChannel[]): Promise<Member[]> {
  const opened = await Promise.allSettled(ways.map((way) => openMember(way, startTimeoutMs)))
  const members = opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const failed = opened.find((one) => one.status === 'rejected')
  if (!failed) return members
  await Promise.all(members.map((member) => member.close()))
  throw failed.reason
}

interface FleetRun {
  members: Member[]
  assignments: Assignment[]
  plan: Plan
  signal: AbortSignal | undefined
  onProgress: FleetOptions['onProgress']
  histograms: boolean
}

async function drive(run: FleetRun): Promise<FleetResult> {
  const { members, assignments, plan, signal, onProgress, histograms } = run
  const stopAll = () => members.forEach((member) => member.send({ type: 'stop' }))
  signal?.addEventListener('abort', stopAll)
  const ticker = setInterval(() => {
    const progress = mergeProgress(members.flatMap((member) => member.progress ?? []))
    if (progress !== null) onProgress?.(progress)
  }, 1000)
  try {
    for (const [index, member] of members.entries()) {
      member.send({ type: 'prepare', assignment: assignments[index]! })
    }
    await Promise.all(members.map((member) => member.ready(preparedTimeoutMs)))
    const slowest = Math.max(0, ...members.map(({ clock }) => clock?.uncertaintyMs ?? 0))
    const at = epochNow() + leadMs + 4 * slowest
    for (const member of members) member.send({ type: 'start', at })
    if (signal?.aborted) stopAll()
    const withinMs = leadMs + plan.warmupMs + plan.durationMs + plan.timeoutMs + graceMs
    const ends = await Promise.all(
      members.map(async (member) => {
        const end = await member.end(withinMs)
        if (end.part === null) stopAll()
        return end
      }),
    )
    return result({ plan, members, ends, histograms })
  } finally {
    clearInterval(ticker)
    signal?.removeEventListener('abort', stopAll)
  }
}

interface Ends {
  plan: Plan
  members: readonly Member[]
  ends: readonly { part: Part | null; problem: string | null }[]
  histograms: boolean
}

function result({ plan, members, ends, histograms }: Ends): FleetResult {
  const fleet = members.map(({ name, clock }, index): FleetMember => {
    const { part, problem } = ends[index]!
    return { name, requests: part?.record.requests ?? null, clock, problem }
  })
  const problems = fleet.flatMap(({ name, problem }) =>
    problem === null ? [] : [`The generator "${name}" was lost: ${problem}. Its share is missing.`],
  )
  const parts = ends.flatMap(({ part }) => part ?? [])
  const concluded = conclude(plan, parts, { problems, histograms })
  // Stopped because one was lost, not by the user.
  if (problems.length > 0) concluded.verdict = 'INVALID'
  return { ...concluded, fleet }
}
