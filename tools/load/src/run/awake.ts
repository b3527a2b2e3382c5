import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { allowedCores } from './cores.ts'

/** The cores of this machine that do not halt. */
export interface Awake extends AsyncDisposable {
  /** How many; 0 where it cannot be done. */
  cores: number
  /** What the loops have counted so far. */
  counts(): CoreCount[]
}

/** How far the loop of one core has counted, and in which CPU time: between two of them lies how fast the core was. */
export interface CoreCount {
  core: number
  counted: number
  cpuMs: number
}

/** The numbers of sched_yield(2) and clock_gettime(2) in the kernel's tables, by `process.arch`. */
const kernelCalls: Readonly<Record<string, { giveWay: number; readClock: number }>> = {
  x64: { giveWay: 24, readClock: 228 },
  arm64: { giveWay: 124, readClock: 113 },
}

/** CLOCK_PROCESS_CPUTIME_ID. */
const ownTime = 2

/**
 * Says that it runs, and then counts to a thousand and gives way, some 40,000 times a second, for as long as the process
 * whose number it is given has it for a child. A loop that never gave way would be left its turn where something else
 * has begun to wait: up to 4 ms, until the kernel's next tick. One that did nothing else would spend its time in the
 * kernel, which counts that as the system's work, whatever priority it has. Every millisecond of its own it writes down
 * how many thousands it has counted, and its CPU time in seconds and nanoseconds, to the file that it is given. Until it
 * may it asks for the lowest priority of its session, too: the kernel takes one such wish in 100 ms from all of a user's.
 */
const busyLoop = ({ giveWay, readClock }: { giveWay: number; readClock: number }) =>
  `$| = 1; print "\n"; open F, '+<&=3'; open G, '>', '/proc/self/autogroup'; $t = "\\0" x 16;
   while (getppid == $ARGV[0]) {
     syscall ${giveWay}; $i = 1000; 1 while $i-- > 0;
     next if ++$n % 40;
     $low ||= syswrite G, 19;
     syscall ${readClock}, ${ownTime}, $t; sysseek F, 0, 0; syswrite F, pack('q', $n) . $t
   }`

/** Three numbers of 64 bits. */
const countBytes = 24

/**
 * Keeps all cores that this process may use awake until disposed of, with one loop on each that yields at once to
 * whatever else wants the core (SCHED_IDLE, sched(7)). A core of a virtual machine that has nothing to do is given back
 * to its host, and on a busy host comes back late, by milliseconds: those would be part of every time that is measured.
 * Each loop is of a session of its own: where the kernel shares cores between sessions (autogroup, sched(7)), idle class
 * gives way to one's own session alone, and a loop would take up to half of a core from what belongs to another one.
 * Linux on x64 or arm64, with `chrt` and `taskset` (util-linux) and `perl`, and no quota of CPU time, which the loops
 * would use up; elsewhere nothing happens.
 */
export async function keepAwake(): Promise<Awake> {
  const calls = kernelCalls[process.arch]
  const cores = calls ? coresToKeep() : []
  const started = await Promise.all(cores.map((core) => startLoop(core, busyLoop(calls!))))
  const loops = started.filter((loop) => loop !== null)
  return {
    cores: loops.length,
    counts: () => loops.map(({ core, file }) => ({ core, ...readCount(file) })),
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map(stop))
    },
  }
}

interface Loop {
  core: number
  child: ChildProcess
  /** Of what it has counted; without a name, so that nothing of it stays behind. */
  file: number
}

/** With a quota of CPU time, none. */
function coresToKeep(): number[] {
  const cores = allowedCores()
  return os.availableParallelism() < cores.length ? [] : cores
}

/** Null where a program is missing, or not allowed. */
async function startLoop(core: number, program: string): Promise<Loop | null> {
  const file = openUnnamed()
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
  const child = spawn('nice', run, { stdio: ['ignore', 'pipe', 'ignore', file], detached: true })
  const begins = once(child.stdout!, 'data').then(() => true)
  const isMissing = once(child, 'exit').then(() => false)
  const hasBegun = await Promise.race([begins, isMissing]).catch(() => false)
  child.stdout!.destroy()
  child.unref()
  if (hasBegun) return { core, child, file }
  closeSync(file)
  return null
}

function openUnnamed(): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hotpath-awake-'))
  try {
    return openSync(path.join(folder, 'count'), 'w+')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readCount(file: number): Pick<CoreCount, 'counted' | 'cpuMs'> {
  const bytes = Buffer.alloc(countBytes)
  readSync(file, bytes, 0, countBytes, 0)
  const [counted, seconds, nanoseconds] = [0, 8, 16].map((offset) => Number(bytes.readBigInt64LE(offset)))
  return { counted: counted!, cpuMs: seconds! * 1e3 + nanoseconds! / 1e6 }
}

async function stop({ child, file }: Loop): Promise<void> {
  closeSync(file)
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.ref()
  child.kill('SIGKILL')
  await ended
}
