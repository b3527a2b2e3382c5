import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import { allowedCores } from './cores.ts'

/** The cores of this machine that do not halt. */
export interface Awake extends AsyncDisposable {
  /** How many; 0 where it cannot be done. */
  cores: number
}

/** The number of sched_yield(2) in the kernel's tables, by `process.arch`. */
const yieldCalls: Readonly<Record<string, number>> = { x64: 24, arm64: 124 }

/**
 * Says that it runs, and then counts, and gives way some 40,000 times a second, for as long as the process whose number
 * it is given has it for a child. A loop that never gave way would be left its turn where something else has begun to
 * wait: up to 4 ms, until the kernel's next tick. One that did nothing else would spend its time in the kernel, which
 * counts that as the system's work, whatever priority it has.
 */
const busyLoop = (yieldCall: number) =>
  `$| = 1; print "\n"; while (getppid == $ARGV[0]) { syscall ${yieldCall}; $i = 1000; 1 while $i-- > 0 }`

/**
 * Keeps all cores that this process may use awake until disposed of, with one loop on each that yields at once to
 * whatever else wants the core (SCHED_IDLE, sched(7)). A core of a virtual machine that has nothing to do is given back
 * to its host, and on a busy host comes back late, by milliseconds: those would be part of every time that is measured.
 * Linux on x64 or arm64, with `chrt` and `taskset` (util-linux) and `perl`, and no quota of CPU time, which the loops
 * would use up; elsewhere nothing happens.
 */
export async function keepAwake(): Promise<Awake> {
  const yieldCall = yieldCalls[process.arch]
  if (yieldCall === undefined) return { cores: 0, async [Symbol.asyncDispose]() {} }
  const started = await Promise.all(coresToKeep().map((core) => startLoop(core, busyLoop(yieldCall))))
  const loops = started.filter((loop) => loop !== null)
  return {
    cores: loops.length,
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map(stop))
    },
  }
}

/** With a quota of CPU time, none. */
function coresToKeep(): number[] {
  const cores = allowedCores()
  return os.availableParallelism() < cores.length ? [] : cores
}

/** Null where a program is missing, or not allowed. */
async function startLoop(core: number, program: string): Promise<ChildProcess | null> {
  // The lowest priority besides, so that the kernel counts its time as `nice`: as nobody's who keeps others waiting.
  const run = [
    '-n',
    '19',
    'chrt',
    '-i',
    '0',
    'taskset',
    '-c',
    String(core),
    'perl',
    '-e',
    program,
    String(process.pid),
  ]
  const loop = spawn('nice', run, { stdio: ['ignore', 'pipe', 'ignore'] })
  const begins = once(loop.stdout, 'data').then(() => loop)
  const isMissing = once(loop, 'exit').then(() => null)
  const begun = await Promise.race([begins, isMissing]).catch(() => null)
  loop.stdout.destroy()
  loop.unref()
  return begun
}

async function stop(loop: ChildProcess): Promise<void> {
  if (loop.exitCode !== null || loop.signalCode !== null) return
  const ended = once(loop, 'exit')
  loop.ref()
  loop.kill('SIGKILL')
  await ended
}
