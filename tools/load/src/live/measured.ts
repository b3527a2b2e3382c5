import { errors } from '../errors.ts'
import type { Settled } from '../record/recorder.ts'

/** What live connections need of the run. */
export interface LivePort {
  /** Of the run: `http://127.0.0.1:4000`. */
  origin: string
  insecure: boolean
  timeoutMs: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** Told of everything measured. */
  onSettled(settled: Settled): void
  onConnect(startedAt: number, ms: number): void
  /** Keeps the run from ending while something is waited for; the function returned lets it go. */
  hold(): () => void
  /** Has a connection closed when its session or the run ends; the function returned forgets it. */
  closeLater(close: () => void): () => void
}

/** How something that was waited for ended. */
export interface Ending {
  at: number
  /** When the answer began; `at` unless said otherwise. */
  headAt?: number
  status?: number
  bytes?: number
  /** Why there is no answer. */
  failure?: string
  /** What is wrong with the answer. */
  problem?: string
}

/** Waits of one kind are measured like requests, so that their times stand beside those of requests. */
export interface Wait {
  /** Ends it; what comes later is ignored. */
  end(ending: Ending): void
  isOver(): boolean
}

/**
 * Begins to wait for something called `name` that was due at `due`; counts it when it ends, at the latest with the
 * timeout.
 * @param onEnd gets the reason of a failure, or null
 */
export function beginWait(
  port: LivePort,
  { name, due, sentAt }: { name: string; due: number; sentAt: number },
  onEnd: (problem: string | null, at: number) => void,
): Wait {
  const release = port.hold()
  let over = false
  const timer = setTimeout(
    () => end({ at: performance.now(), failure: 'timeout' }),
    Math.max(1, Math.ceil(due + port.timeoutMs - performance.now())),
  )

  function end({ at, headAt = at, status = 0, bytes = 0, failure, problem = failure }: Ending): void {
    if (over) return
    over = true
    clearTimeout(timer)
    port.onSettled({
      step: { name },
      due,
      sentAt,
      writtenAt: sentAt,
      headAt,
      settledAt: at,
      status,
      bytes,
      failure: failure ?? null,
      problem: problem ?? null,
    })
    release()
    onEnd(problem ?? null, at)
  }
  return { end, isOver: () => over }
}

/** A promise of a wait: resolves, or rejects with HP_LOAD_LIVE. */
export function settle(
  name: string,
  { resolve, reject }: { resolve: () => void; reject: (error: Error) => void },
): (problem: string | null) => void {
  return (problem) => {
    if (problem === null) resolve()
    else reject(errors.HP_LOAD_LIVE({ what: name, problem }))
  }
}
