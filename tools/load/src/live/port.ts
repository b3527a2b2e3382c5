import type { VisitorsOptions } from '../session/visitors.ts'
import type { LivePort } from './measured.ts'

export interface LiveConnections {
  /** Null when the run is over. */
  port(): LivePort | null
  /** From now on nothing is opened. */
  stop(): void
  /** Closes everything. */
  close(): void
}

/** What the sessions of a run keep open, beside its requests. */
export function createLivePort({
  plan,
  transport,
  recorder,
  onSettled,
}: Pick<VisitorsOptions, 'plan' | 'transport' | 'recorder' | 'onSettled'>): LiveConnections {
  const closers = new Set<() => void>()
  const port: LivePort = {
    origin: plan.origin,
    insecure: plan.insecure,
    timeoutMs: plan.timeoutMs,
    headers: plan.headers,
    onSettled,
    onConnect: recorder.addConnect,
    hold: transport.hold,
    closeLater(close) {
      closers.add(close)
      return () => closers.delete(close)
    },
  }
  let stopped = false
  return {
    port: () => (stopped ? null : port),
    stop() {
      stopped = true
    },
    close() {
      for (const close of closers) close()
      closers.clear()
    },
  }
}
