import { expect, test } from 'vitest'
import type { Cut, Read } from '../../soak/real/messages.ts'
import { createOracle, type Oracle } from '../../soak/real/oracle.ts'
import { createSpans } from '../../soak/real/spans.ts'

const [load, serve] = [0, 1]

function oracleWith({ outages = createSpans() } = {}): Oracle {
  return createOracle({
    redisDown: ['load', 'serve'],
    leaseMs: 2_000,
    serveForMs: 8_000,
    longestCallMs: () => 5_000,
    writtenAt: (_, version) => (version <= 9 ? version : undefined),
    outages: () => outages,
  })
}

const reading = (version: number, start: number, more: Partial<Read> = {}): Read => ({
  cache: load,
  key: 'a',
  how: 'getOrLoad fast',
  version,
  start,
  end: start + 1,
  strong: false,
  ...more,
})

const cut = (version: number, end: number, more: Partial<Cut> = {}): Cut => ({
  cache: load,
  key: 'a',
  version,
  how: 'invalidate key',
  start: end - 1,
  end,
  acknowledged: true,
  fleet: false,
  soft: false,
  ...more,
})

const invariants = (oracle: Oracle, worker: number, read: Read) =>
  oracle.read(worker, read).map(({ invariant }) => invariant)

test('a process that invalidated must not serve what came before, acknowledged or not', () => {
  const oracle = oracleWith()
  oracle.cut(1, cut(5, 1_000, { acknowledged: false }))
  expect(invariants(oracle, 1, reading(4, 1_001))).toEqual(['I1'])
  expect(invariants(oracle, 1, reading(5, 1_001))).toEqual([])
  expect(invariants(oracle, 1, reading(4, 999))).toEqual([])
})

test('other processes may serve it for one lease, and not when it was the fleet that acknowledged', () => {
  const oracle = oracleWith()
  oracle.cut(1, cut(5, 1_000))
  expect(invariants(oracle, 2, reading(4, 2_999))).toEqual([])
  expect(invariants(oracle, 2, reading(4, 3_001))).toEqual(['I1'])
  oracle.cut(1, cut(6, 4_000, { fleet: true }))
  expect(invariants(oracle, 2, reading(5, 4_001))).toEqual(['I1'])
})

test('a strong read shows what was acknowledged before it', () => {
  const oracle = oracleWith()
  oracle.cut(1, cut(5, 1_000))
  expect(invariants(oracle, 2, reading(4, 1_001, { strong: true }))).toEqual(['I1'])
})

test('the time for which a process stood still is added to its lease, not to that of others', () => {
  const oracle = oracleWith()
  oracle.stall(2, 1_500, 2_000)
  oracle.cut(1, cut(5, 1_000))
  expect(invariants(oracle, 2, reading(4, 3_400))).toEqual([])
  expect(invariants(oracle, 2, reading(4, 3_600))).toEqual(['I1'])
  expect(invariants(oracle, 3, reading(4, 3_400))).toEqual(['I1'])
})

test('in an outage the cache that serves on may do so for as long as it says, the others for one lease', () => {
  const outages = createSpans()
  outages.add(500, 20_000)
  const oracle = oracleWith({ outages })
  for (const cache of [load, serve]) oracle.cut(1, cut(5, 1_000, { cache, fleet: true }))
  expect(invariants(oracle, 2, reading(4, 8_000, { cache: serve }))).toEqual([])
  expect(invariants(oracle, 2, reading(4, 9_001, { cache: serve }))).toEqual(['I1'])
  expect(invariants(oracle, 2, reading(4, 2_999))).toEqual([])
  expect(invariants(oracle, 2, reading(4, 3_001))).toEqual(['I1'])
})

test('in an outage a strong read and the process that invalidated have no such excuse', () => {
  const outages = createSpans()
  outages.add(500, 20_000)
  const oracle = oracleWith({ outages })
  oracle.cut(1, cut(5, 1_000, { cache: serve }))
  expect(invariants(oracle, 2, reading(4, 1_001, { cache: serve, strong: true }))).toEqual(['I1'])
  expect(invariants(oracle, 1, reading(4, 1_001, { cache: serve }))).toEqual(['I1'])
})

test('a soft expiry promises nothing', () => {
  const oracle = oracleWith()
  oracle.cut(1, cut(5, 1_000, { soft: true }))
  expect(invariants(oracle, 1, reading(4, 9_000))).toEqual([])
})

test('a process never goes back behind an acknowledged write that it has shown', () => {
  const oracle = oracleWith()
  oracle.cut(1, cut(5, 1_000))
  expect(invariants(oracle, 2, reading(5, 1_010))).toEqual([])
  expect(invariants(oracle, 2, reading(4, 1_020))).toEqual(['I2'])
  expect(invariants(oracle, 3, reading(4, 1_020))).toEqual([])
})

test('reads that overlap may end in any order', () => {
  const oracle = oracleWith()
  oracle.cut(1, cut(5, 1_000))
  expect(invariants(oracle, 2, reading(5, 1_010, { end: 1_100 }))).toEqual([])
  expect(invariants(oracle, 2, reading(4, 1_050, { end: 1_200 }))).toEqual([])
})

test('a version that was not written, or only after the read had ended, is found', () => {
  const oracle = oracleWith()
  expect(invariants(oracle, 1, reading(10, 1_000))).toEqual(['I3'])
  expect(invariants(oracle, 1, reading(9, 5, { end: 6 }))).toEqual(['I3'])
})

test('in the end everybody reads what was acknowledged, and what a living process still had to send', () => {
  const oracle = oracleWith()
  oracle.cut(1, cut(5, 1_000))
  oracle.cut(2, cut(7, 1_000, { acknowledged: false }))
  const final = (version: number, alive: number[]) =>
    oracle.settled(3, reading(version, 9_000), new Set(alive))?.invariant
  expect(final(5, [1, 3])).toBeUndefined()
  expect(final(4, [1, 3])).toBe('I4')
  expect(final(5, [1, 2, 3])).toBe('I4')
  expect(final(7, [1, 2, 3])).toBeUndefined()
})

test('a call may wait as long as stated, besides the time its process stood still', () => {
  const oracle = oracleWith()
  oracle.stall(1, 2_000, 2_500)
  const call = (end: number) => oracle.call(1, { how: 'get', start: 1_000, end })?.invariant
  expect(call(6_400)).toBeUndefined()
  expect(call(6_600)).toBe('wait')
})
