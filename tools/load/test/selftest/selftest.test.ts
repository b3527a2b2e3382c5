import { expect, test } from 'vitest'
import { createFates, heldUntil } from '../../src/selftest/behaviour.ts'
import { startFaultServer } from '../../src/selftest/fault-server.ts'
import { judgeCases, judgedByHost } from '../../src/selftest/selftest.ts'
import { holdAgainst } from '../../src/selftest/truth.ts'

const ask = (url: string) => fetch(url).then((response) => response.text())

test('a fault server logs each request with the time that its answer took', async () => {
  await using server = await startFaultServer({
    kind: 'bimodal',
    fastMs: 1,
    slowMs: 60,
    slowShare: 0.5,
    seed: 3,
  })
  const fates = createFates({ kind: 'bimodal', fastMs: 1, slowMs: 60, slowShare: 0.5, seed: 3 })
  const before = Date.now()
  for (let index = 0; index < 10; index++) expect(await ask(server.url)).toBe('{"ok":true}')
  const { arrivals, answers, resets } = await server.report()
  expect(arrivals).toHaveLength(10)
  expect(arrivals[0]).toBeGreaterThan(before - 1000)
  expect(resets).toBe(0)
  // Never before its time: what the seed says is what each answer took at least.
  const delays = Array.from({ length: 10 }, () => fates().delayMs).sort((a, b) => a - b)
  for (const [index, delay] of delays.entries()) expect(answers[index]).toBeGreaterThanOrEqual(delay)
  expect(await server.report()).toEqual({ arrivals: [], answers: [], resets: 0 })
})

test('a server whose event loop blocks is watched from a thread that does not', async () => {
  await using server = await startFaultServer({ kind: 'block', delayMs: 0, everyMs: 50, lengthMs: 200 })
  const until = Date.now() + 700
  while (Date.now() < until) await ask(server.url)
  const { answers } = await server.report()
  expect(answers.at(-1)).toBeGreaterThan(100)
  expect(answers[0]).toBeLessThan(100)
})

test('resets are counted, and a body can come after its head', async () => {
  await using resetting = await startFaultServer({ kind: 'resets', delayMs: 0, share: 1 })
  await expect(ask(resetting.url)).rejects.toThrow('fetch failed')
  expect(await resetting.report()).toMatchObject({ answers: [], resets: 1 })
  await using slow = await startFaultServer({ kind: 'slow-body', delayMs: 80 })
  expect(await ask(slow.url)).toBe('{"ok":true}')
  expect((await slow.report()).answers[0]).toBeGreaterThanOrEqual(80)
})

test('a stall holds what would be answered in it until its end', () => {
  const stall = { kind: 'stall', delayMs: 0, fromMs: 100, lengthMs: 50 } as const
  expect(heldUntil(stall, 1099, 1000)).toBe(1099)
  expect(heldUntil(stall, 1100, 1000)).toBe(1150)
  expect(heldUntil(stall, 1150, 1000)).toBe(1150)
})

test('figures hold within 2 % or 1.5 ms of the log, and the count exactly', () => {
  const answers = Array.from({ length: 100 }, (_, index) => index + 1)
  const report = { arrivals: answers, answers, resets: 0 }
  const times = { p50: 51.5, p95: 96.89, p99: 97.03 }
  expect(holdAgainst({ requests: 100, times }, report).holds).toBe(true)
  expect(holdAgainst({ requests: 99, times }, report).holds).toBe(false)
  const off = holdAgainst({ requests: 100, times: { ...times, p99: 96.9 } }, report)
  expect(off.figures.map(({ holds }) => holds)).toEqual([true, true, false])
  expect(holdAgainst({ requests: 100, times: { ...times, p50: null } }, report).holds).toBe(false)
})

test('a run that calls itself VALID and is not right makes the certificate WRONG; an INVALID one proves nothing', () => {
  const right = { name: 'a', verdict: 'VALID' as const, reasons: [], holds: true }
  expect(judgeCases([right])).toEqual({ verdict: 'TRUE', reasons: [] })
  const invalid = { ...right, verdict: 'INVALID' as const, reasons: ['late'], holds: false }
  expect(judgeCases([right, invalid]).verdict).toBe('INVALID')
  expect(judgeCases([invalid, { ...right, holds: false }]).verdict).toBe('WRONG')
})

test('a VALID run that differs from the log says nothing of the generator where other programs had the machine', () => {
  const differs = { name: 'a', verdict: 'VALID' as const, reasons: [], holds: false, others: 0.4 }
  const disturbed = judgedByHost(differs)
  expect(disturbed).toMatchObject({ verdict: 'INVALID', reasons: [expect.stringContaining('40%')] })
  expect(judgeCases([disturbed]).verdict).toBe('INVALID')
  for (const others of [0.02, null])
    expect(judgeCases([judgedByHost({ ...differs, others })]).verdict).toBe('WRONG')
  const right = { ...differs, holds: true }
  expect(judgedByHost(right)).toBe(right)
})
