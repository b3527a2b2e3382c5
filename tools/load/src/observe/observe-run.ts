import { setTimeout as sleep } from 'node:timers/promises'
import { errors } from '../errors.ts'
import type { RunResult } from '../record/result.ts'
import { createSampleReader, type SampleReader } from './ask-samples.ts'
import { type Attribution, attribute } from './attribute.ts'
import { createProcessReader, type ProcessReader } from './process-reader.ts'
import { mergeProcesses, type ProcessSlices, type ServerSide } from './server-side.ts'

export interface ObserveOptions {
  /** Of the application. */
  origin: string
  /** Its HOTPATH_TOKEN, where it is not on this machine. @default none */
  token?: string
  /** A process on this machine that is watched from outside instead: CPU and memory. @default none */
  pid?: number
}

/** A run, and what its server did meanwhile. */
export type ObservedRun = RunResult & { server: ObservedServer }

export interface ObservedServer extends ServerSide {
  /** What explains p95; null where the server did not tell. */
  attribution: Attribution | null
}

const everyMs = 1_000
/** The last slice of the run ends up to a slice later, and has to be asked for. */
const afterMs = 1_200

/**
 * Drives load as `run` says, and reads meanwhile what the server does: one request a second, to a path of its own, that
 * counts in no figure of the run.
 * @throws HP_LOAD_UNOBSERVED when the server cannot be watched; whatever `run` throws
 */
export async function observeRun<Result extends RunResult>(
  run: () => Promise<Result>,
  options: ObserveOptions,
): Promise<Result & Pick<ObservedRun, 'server'>> {
  const watched = await watch(options)
  const stop = new AbortController()
  const watching = keepLooking(watched.look, stop.signal)
  try {
    const result = await run()
    await sleep(afterMs)
    stop.abort()
    await watching
    const zero = Date.parse(result.startedAt) + result.target.warmupMs
    const until = zero + result.target.durationMs
    await watched.last(until)
    const server = watched.side({ zero, from: zero, until })
    return { ...result, server: { ...server, attribution: attribute(server, result.responseMs.p95) } }
  } finally {
    stop.abort()
  }
}

interface Watched {
  look(): Promise<void>
  /** Asks until every process has told its slices up to this time, in milliseconds since 1970. */
  last(until: number): Promise<void>
  side(bounds: { zero: number; from: number; until: number }): ServerSide
}

async function watch({ origin, token, pid }: ObserveOptions): Promise<Watched> {
  if (pid !== undefined) {
    const reader = openProcess(pid)
    return { look: async () => reader.look(), last: async () => {}, side: reader.side }
  }
  const reader = createSampleReader({ origin, token })
  try {
    await reader.ask()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw errors.HP_LOAD_UNOBSERVED({ what: origin, problem: code ?? message }, { cause })
  }
  return {
    look: () => reader.ask(),
    last: (until) => askAll(reader, until),
    side: (bounds) => mergeProcesses(reader.processes(), bounds)!,
  }
}

function openProcess(pid: number): ProcessReader {
  try {
    return createProcessReader(pid)
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw errors.HP_LOAD_UNOBSERVED({ what: `process ${pid}`, problem }, { cause })
  }
}

async function keepLooking(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // A server that is too busy to answer this is measured by the run itself; the next look tells what was missed.
    await look().catch(() => {})
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}

/** Tries for each process: so many that it is not by chance that one has not answered, and more where one lacks. */
const tries = { fewest: 4, most: 16 } as const

/** Any process may answer, so it takes some tries until each of them did; one that has ended never does. */
async function askAll(reader: SampleReader, until: number): Promise<void> {
  const hasTold = ({ samples }: ProcessSlices) => samples.some(({ at, ms }) => at + 1.5 * ms > until)
  for (let asked = 1; ; asked++) {
    await reader.ask().catch(() => {})
    const processes = reader.processes()
    const isEnough = asked > tries.fewest * (processes.length - 1) && processes.every(hasTold)
    if (isEnough || asked >= tries.most * processes.length) return
  }
}
