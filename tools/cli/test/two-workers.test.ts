import { expect, test } from 'vitest'
import { lookupsOn, type TwoWorkers, twoWorkersNote } from '../src/prove/two-workers.ts'

const measured: TwoWorkers = {
  requestsPerSecond: 31_234.4,
  errors: 0,
  requestsPerCpuSecond: 30_000,
  hit: 0.9987,
  generatorLimited: false,
  others: 0.01,
}
const asked = { fleetRate: 50_000, how: '' }

test('two workers: forecasts the cores of a rate by what a CPU-second served', () => {
  expect(twoWorkersNote(measured, asked)).toBe(
    'Two workers on one port, Redis between them and the generator on the same cores: 31,234 requests/s, 0 errors, 99.8% of them answered from the cache; 30,000 per CPU-second of the workers, Redis included, so 50,000/s are forecast from 2 such cores.',
  )
})

test('two workers: forecasts nothing where CPU time cannot be read', () => {
  const note = twoWorkersNote({ ...measured, requestsPerCpuSecond: null }, asked)
  expect(note).toMatch(/requests\/s, 0 errors, .* cannot be read here\.$/)
  expect(note).not.toContain('forecast')
})

test('two workers: says what makes the rate a lower bound', () => {
  const note = twoWorkersNote(
    { ...measured, generatorLimited: true, others: 0.61 },
    { ...asked, how: ' with the socket fast path' },
  )
  expect(note).toContain('Two workers with the socket fast path on one port')
  expect(note).toContain('at least 31,234 requests/s')
  expect(note).toMatch(/Other work took 61% of the machine meanwhile: alone they serve more\.$/)
})

test('hits of all workers are read off their metrics page', () => {
  const page = [
    '# TYPE hotpath_http_cache_hits_total counter',
    'hotpath_http_cache_hits_total 90',
    'hotpath_http_cache_stale_hits_total 4',
    'hotpath_http_cache_collapsed_total 2',
    'hotpath_http_cache_misses_total 4',
    'hotpath_cache_hits_total{cache="civicq"} 7',
  ].join('\n')
  expect(lookupsOn(page)).toEqual({ hits: 96, all: 100 })
})
