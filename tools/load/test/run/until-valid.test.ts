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

test('nothing is waited for where the host was not what disturbed', async () => {
  const unmeasured = { generator: { stolenMs: null, stolenShare: null } }
  for (const run of [result('INVALID', 1), unmeasured, { generator: {} }]) {
    const first = await Promise.race([untilLeftAlone(run).then(() => 'done'), turn().then(() => 'waits')])
    expect(first).toBe('done')
  }
})
