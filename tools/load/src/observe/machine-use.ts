import os from 'node:os'
import { treeCpuSeconds } from './process-cpu.ts'

/** The machine and what of it is ours, at one moment: running totals, in CPU seconds. */
export interface MachineUse {
  /** Of all processes but those of lowered priority (`nice`), which give way to others. */
  all: number
  /** Of this process, and of those asked about with their children; null where it cannot be read. */
  ours: number | null
  /** Milliseconds. */
  at: number
}

/** What the machine has done so far. */
export function machineUse(pids: readonly number[]): MachineUse {
  const { user, system } = process.cpuUsage()
  const trees = pids.map(treeCpuSeconds)
  const known = trees.filter((seconds) => seconds !== null)
  const all = os.cpus().reduce((sum, { times }) => sum + times.user + times.sys + times.irq, 0)
  return {
    all: all / 1000,
    ours:
      known.length < trees.length ? null : known.reduce((sum, one) => sum + one, (user + system) / 1_000_000),
    at: performance.now(),
  }
}

/** Share of the machine that others used in between; null where it cannot be read. */
export function usedByOthers(before: MachineUse, after: MachineUse, cores: number): number | null {
  if (before.ours === null || after.ours === null) return null
  const others = after.all - before.all - (after.ours - before.ours)
  const share = others / (cores * ((after.at - before.at) / 1000))
  return Math.min(1, Math.max(0, share))
}
