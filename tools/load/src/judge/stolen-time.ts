import { readFileSync } from 'node:fs'
import os from 'node:os'

/** CPU time that the host of a virtual machine gave to others although this machine had work to do. */
export interface StolenTime {
  /** Of all cores together; null where it is not counted. */
  stolenMs: number | null
  /** The same as a share of all cores' time, 0…1. */
  stolenShare: number | null
}

/** A p99 of more than this may be the host's. */
export const allowedShare = 0.01
/** It is counted in ticks of 10 ms: in a short run, a few of them are no share to speak of. */
const fewestMs = 30
const tickMs = 10

/** Begins to count; the function that it gives says what was stolen since. */
export function countStolen(): () => StolenTime {
  const startedAt = performance.now()
  const before = stolenSoFar()
  return () => {
    const after = stolenSoFar()
    if (before === null || after === null) return { stolenMs: null, stolenShare: null }
    const stolenMs = Math.max(0, after - before)
    // The kernel counts all cores, also those that this process may not use.
    const allMs = os.cpus().length * (performance.now() - startedAt)
    return { stolenMs, stolenShare: allMs > 0 ? Math.min(1, stolenMs / allMs) : 0 }
  }
}

/** Whether so much was stolen that the latencies are partly the host's. */
export function isMuchStolen({ stolenMs, stolenShare }: Partial<StolenTime>): boolean {
  return (stolenMs ?? 0) > fewestMs && (stolenShare ?? 0) > allowedShare
}

function stolenSoFar(): number | null {
  if (process.platform !== 'linux') return null
  try {
    return readStolen(readFileSync('/proc/stat', 'utf8'))
  } catch {
    // Hidden from us, or this process has no file left to open it: then it is not known.
    return null
  }
}

/** The eighth figure of the first line, in ticks (proc(5)); null where it is missing. */
export function readStolen(stat: string): number | null {
  const ticks = /^cpu +(?:\d+ ){7}(\d+)/.exec(stat)?.[1]
  return ticks === undefined ? null : Number(ticks) * tickMs
}
