import { expect, test } from 'vitest'
import { type LoadOptions, planRun } from '../../src/run/plan.ts'
import { urlScenario } from '@hotpath/load'

const scenarios = urlScenario('http://127.0.0.1:4000/')

test.each<[string, Partial<LoadOptions>, string]>([
  ['rate', { rate: 0 }, 'rate cannot be 0. It must be a number in 0.001…100,000.'],
  ['rate', { rate: -5 }, 'rate cannot be -5'],
  ['rate', { rate: Number.NaN }, 'rate cannot be NaN'],
  ['duration', { duration: '10ms' }, 'duration cannot be 10 ms. It must be a number in 100…86,400,000 ms.'],
  ['duration', { duration: '10 parsecs' as '1s' }, '"10 parsecs" is not a duration'],
  ['warmup', { warmup: '2h' }, 'warmup cannot be 7200000 ms'],
  ['connections', { connections: 0 }, 'connections cannot be 0. It must be a whole number in 1…20,000.'],
  ['connections', { connections: 1.5 }, 'connections cannot be 1.5'],
  ['users', { model: 'closed', users: 0 }, 'users cannot be 0'],
  ['timeout', { timeout: 0 }, 'timeout cannot be 0 ms'],
  ['seed', { seed: -1 }, 'seed cannot be -1'],
  ['model', { model: 'ajar' as 'open' }, 'model cannot be "ajar". It must be open or closed.'],
  [
    'arrivals',
    { arrivals: 'random' as 'uniform' },
    'arrivals cannot be "random". It must be uniform or poisson.',
  ],
  [
    'arrivals without any',
    { rate: 0.1, duration: '1s' },
    'the number of arrivals (rate × duration) cannot be 0',
  ],
  ['arrivals without end', { rate: 100_000, duration: '1h' }, 'It must be a number in 1…20,000,000.'],
  ['budget', { budgets: ['p95 ~ 3ms'] }, 'Cannot read the budget'],
  ['budget', { budgets: ['p95 < 3%'] }, 'Its bound must be a time such as 200ms.'],
  ['origin', { origin: 'localhost:4000' }, 'is not an address'],
  ['scenarios', { scenarios: [] }, 'scenarios cannot be empty'],
])('refuses a wrong %s: %o', (_option, options, message) => {
  expect(() => planRun({ scenarios, ...options })).toThrow(message)
})

test('takes the origin of the scenario, unless another is given', () => {
  expect(planRun({ scenarios }).origin).toBe('http://127.0.0.1:4000')
  expect(planRun({ scenarios, origin: 'https://example.org/path' }).origin).toBe('https://example.org')
})

test('asks for an origin when the scenarios know none, or several', () => {
  const elsewhere = urlScenario('http://127.0.0.1:4001/')
  expect(() => planRun({ scenarios: [scenarios, elsewhere] })).toThrow(
    'It is not said where to send the load.',
  )
  expect(() => planRun({ scenarios: { ...scenarios, origin: null } })).toThrow('It is not said')
})
