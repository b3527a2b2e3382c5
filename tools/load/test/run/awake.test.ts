import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import { expect, test } from 'vitest'
import { keepAwake } from '../../src/run/awake.ts'
import { watchCoreSpeeds } from '../../src/run/core-speed.ts'
import { allowedCores } from '../../src/run/cores.ts'

const canKeepAwake =
  process.platform === 'linux' &&
  spawnSync('chrt', ['-i', '0', 'taskset', '-c', '0', 'perl', '-e', '1']).status === 0 &&
  os.availableParallelism() === allowedCores().length

/** The loops that a process has started and that still run. */
function loopsOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isLoopOf(pid, parent))
}

function isLoopOf(pid: number, parent: number): boolean {
  try {
    const ofParent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.startsWith(`R ${parent} `)
    return ofParent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('getppid')
  } catch {
    // It has ended meanwhile.
    return false
  }
}

/** One that has ended stays listed, as a zombie, until somebody asks how it ended. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

test.runIf(canKeepAwake)('runs a loop on each core, and leaves none behind', async () => {
  {
    await using awake = await keepAwake()
    expect(awake.cores).toBe(os.availableParallelism())
    expect(loopsOf(process.pid)).toHaveLength(awake.cores)
  }
  expect(loopsOf(process.pid)).toEqual([])
})

test.runIf(canKeepAwake)('the loops say how far they have counted, and in which time', async () => {
  await using awake = await keepAwake()
  const before = awake.counts()
  expect(before.map(({ core }) => core)).toEqual(allowedCores())
  const countedOn = () => awake.counts().every(({ counted }, index) => counted > before[index]!.counted)
  await expect.poll(countedOn).toBe(true)
  for (const [index, { cpuMs }] of awake.counts().entries()) {
    expect(cpuMs).toBeGreaterThan(before[index]!.cpuMs)
  }
  using speeds = watchCoreSpeeds(awake)
  const watched = () => speeds.between(0, Number.POSITIVE_INFINITY).map(({ core }) => core)
  expect(watched()).toEqual(allowedCores())
})

test.runIf(canKeepAwake && existsSync('/proc/self/autogroup'))(
  'the loops give way to other sessions, between which the kernel shares the cores',
  async () => {
    await using awake = await keepAwake()
    const loops = loopsOf(process.pid)
    const priorityOf = (pid: number) =>
      /nice (-?\d+)/.exec(readFileSync(`/proc/${pid}/autogroup`, 'utf8'))?.[1]
    await expect.poll(() => loops.map(priorityOf)).toEqual(Array(awake.cores).fill('19'))
    expect(priorityOf(process.pid)).not.toBe('19')
  },
)

test.runIf(canKeepAwake)('the loops end with the process that started them', async () => {
  const child = fork(new URL('./awake-process.ts', import.meta.url))
  await once(child, 'message')
  const loops = loopsOf(child.pid!)
  expect(loops).toHaveLength(os.availableParallelism())
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  await expect.poll(() => loops.filter(isRunning)).toEqual([])
})

test('does nothing where the programs for it are missing', async () => {
  const { PATH } = process.env
  process.env.PATH = '/nowhere'
  try {
    await using awake = await keepAwake()
    expect(awake.cores).toBe(0)
    expect(awake.counts()).toEqual([])
  } finally {
    process.env.PATH = PATH
  }
})
