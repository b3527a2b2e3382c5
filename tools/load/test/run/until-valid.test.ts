import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { untilLeftAlone, untilValid } from '@hotpath/load'

const result = (verdict: 'VALID' | 'INVALID' | 'ABORTED', number: number) => ({
  verdict,
  number,
  generator: { stolenMs: 0, stolenShare: 0 },
})

test('a run is driven again while it is INVALID, and the first other one counts', async () => {
  const verdicts = ['INVALID', 'INVALID', 'VALID'] as const
  let runs = 0
  const run = async () => result(verdicts[runs]!, ++runs)
  expect(await untilValid(run)).toMatchObject({ verdict: 'VALID', number: 3 })
  runs = 0
  expect(await untilValid(run, 2)).toMatchObject({ verdict: 'INVALID', number: 2 })
  runs = 0
  expect(await untilValid(async () => result('ABORTED', ++runs))).toMatchObject({ number: 1 })
})

/** What comes first: the end of the wait, or the next turn of the event loop. */
const first = (wait: Promise<void>) => Promise.race([wait.then(() => 'done'), turn().then(() => 'waits')])

test('a signal ends the wait for the host', async () => {
  const disturbed = { generator: { stolenMs: 900, stolenShare: 0.5 } }
  const stop = new AbortController()
  const wait = untilLeftAlone(disturbed, stop.signal)
  expect(await first(wait)).toBe('waits')
  stop.abort()
  expect(await first(wait)).toBe('done')
  expect(await first(untilLeftAlone(disturbed, stop.signal))).toBe('done')
})

test('nothing is waited for where the host was not what disturbed', async () => {
  const unmeasured = { generator: { stolenMs: null, stolenShare: null } }
  for (const run of [result('INVALID', 1), unmeasured, { generator: {} }]) {
    expect(await first(untilLeftAlone(run))).toBe('done')
  }
})
