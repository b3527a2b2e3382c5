import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { countStolen, isMuchStolen, readStolen } from '../../src/judge/stolen-time.ts'

test('what was stolen is read in milliseconds, and null where the kernel does not count it', () => {
  const stat = 'cpu  33211 12 9033 551234 220 0 410 1234 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n'
  expect(readStolen(stat)).toBe(12_340)
  expect(readStolen('cpu  33211 12 9033 551234\n')).toBeNull()
  expect(readStolen('')).toBeNull()
})

test('a few ticks of a short run are not much, nor is a small share of a long one', () => {
  expect(isMuchStolen({ stolenMs: 30, stolenShare: 0.2 })).toBe(false)
  expect(isMuchStolen({ stolenMs: 500, stolenShare: 0.009 })).toBe(false)
  expect(isMuchStolen({ stolenMs: 500, stolenShare: 0.011 })).toBe(true)
  expect(isMuchStolen({ stolenMs: null, stolenShare: null })).toBe(false)
  expect(isMuchStolen({})).toBe(false)
})

test('on Linux it is counted, elsewhere it is not known', () => {
  const { stolenMs, stolenShare } = countStolen()()
  expect(stolenMs === null).toBe(process.platform !== 'linux')
  if (stolenShare !== null) expect(stolenShare).toBeLessThanOrEqual(1)
})

test.runIf(process.platform === 'linux')(
  'is not known where this process can open no file more',
  async () => {
    const script = `
    import { openSync } from 'node:fs'
    import { countStolen } from '${new URL('../../src/judge/stolen-time.ts', import.meta.url).href}'
    const since = countStolen()
    try { for (;;) openSync('/dev/null') } catch (error) { console.log(error.code) }
    console.log(JSON.stringify(since()))`
    const limited = `ulimit -n 64 && exec "$0" --input-type=module-typescript -e "$1"`
    const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, script])
    expect(stdout).toBe('EMFILE\n{"stolenMs":null,"stolenShare":null}\n')
  },
)
