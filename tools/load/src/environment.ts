import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { promisify } from 'node:util'

/** Where a run took place: what must be alike before the figures of two runs may be held against each other. */
export interface Environment {
  cpu: string
  /** Processors that this process may use. */
  cores: number
  memoryBytes: number
  /** `Linux 6.1.0-18-amd64`. */
  kernel: string
  arch: string
  node: string
  /** Version of this generator. */
  hotpath: string
  /** Limits of the container; null where there is none. */
  limits: { cpus: number | null; memoryBytes: number | null }
  /** What was checked out in the working folder; null outside a repository. */
  git: { commit: string; dirty: boolean } | null
  /** Ten hexadecimal digits of all the above but `hotpath` and `git`: those are what comparisons are about. */
  fingerprint: string
}

type Machine = Omit<Environment, 'hotpath' | 'git' | 'fingerprint'>

/** Reads where this process runs, and what is checked out in `folder`. */
export async function readEnvironment(folder: string = process.cwd()): Promise<Environment> {
  const machine: Machine = {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    kernel: `${os.type()} ${os.release()}`,
    arch: process.arch,
    node: process.versions.node,
    limits: { cpus: cpuLimit(readText('/sys/fs/cgroup/cpu.max')), memoryBytes: memoryLimit() },
  }
  return {
    ...machine,
    hotpath: ownVersion(),
    git: await readGit(folder),
    fingerprint: fingerprintOf(machine),
  }
}

/** Why figures of two runs do not speak of the same thing: a sentence for each difference of the machines. */
export function environmentDifferences(a: Environment, b: Environment): string[] {
  if (a.fingerprint === b.fingerprint) return []
  const gigabytes = (bytes: number | null | undefined) =>
    typeof bytes === 'number' ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : 'none'
  // Read from files that others may have written: a fact can be missing.
  const facts: [string, (environment: Partial<Environment>) => string | undefined][] = [
    ['CPU', ({ cpu }) => cpu],
    ['cores', ({ cores }) => String(cores)],
    ['memory', ({ memoryBytes }) => gigabytes(memoryBytes)],
    ['kernel', ({ kernel }) => kernel],
    ['architecture', ({ arch }) => arch],
    ['Node', ({ node }) => node],
    ['CPU limit', ({ limits }) => String(limits?.cpus ?? 'none')],
    ['memory limit', ({ limits }) => gigabytes(limits?.memoryBytes)],
  ]
  const differences = facts
    .filter(([, fact]) => fact(a) !== fact(b))
    .map(([name, fact]) => `They ran with different ${name}: ${fact(a)}, and ${fact(b)}.`)
  return differences.length > 0 ? differences : ['They ran on machines that differ slightly in memory.']
}

/** The kernel takes a little more or less of the memory at each start: eighths of a GiB are told apart. */
function fingerprintOf(machine: Machine): string {
  const memory = Math.round(machine.memoryBytes / 2 ** 27)
  return createHash('sha256')
    .update(JSON.stringify({ ...machine, memoryBytes: memory }))
    .digest('hex')
    .slice(0, 10)
}

/** CPUs granted by cgroup v2: `max 100000`, or microseconds granted per period (kernel, cgroup-v2, cpu.max). */
export function cpuLimit(text: string | null): number | null {
  const [granted, period] = (text ?? '').trim().split(' ').map(Number)
  return granted! > 0 && period! > 0 ? granted! / period! : null
}

/** Node says a number beyond all memory where there is no limit. */
function memoryLimit(): number | null {
  const limit = process.constrainedMemory()
  return limit > 0 && limit < os.totalmem() ? limit : null
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

async function readGit(folder: string): Promise<Environment['git']> {
  const git = async (...parameters: string[]) => {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...parameters], { timeout: 5000 })
    return stdout.trim()
  }
  try {
    const commit = await git('rev-parse', 'HEAD')
    return { commit, dirty: (await git('status', '--porcelain', '--untracked-files=no')) !== '' }
  } catch {
    return null
  }
}
