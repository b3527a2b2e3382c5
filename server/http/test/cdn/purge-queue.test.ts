import {
  createPurgeQueue,
  type CdnAdapter,
  type PurgeBatch,
  type PurgeReceipt,
  purgeOfPattern,
  encodeTag,
} from '@hotpath/http/cdn'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** A CDN that keeps what it was asked, on a clock that jumps to the end of every wait. */
function rehearse(
  receipt: (batch: PurgeBatch, call: number) => PurgeReceipt,
  given: Partial<CdnAdapter> = {},
) {
  const calls: PurgeBatch[] = []
  const waits: number[] = []
  let now = 0
  const adapter: CdnAdapter = {
    name: 'rehearsed',
    most: { tags: 3, urls: 3, prefixes: 3, everything: 1 },
    rate: { perSecond: 1_000, burst: 1_000 },
    send: (batch) => Promise.resolve(receipt(batch, calls.push(batch))),
    ...given,
  }
  const queue = (options: object = {}) =>
    createPurgeQueue({
      adapter,
      clock: () => now,
      random: () => 1,
      wait: (ms) => {
        waits.push(ms)
        now += ms
        return Promise.resolve()
      },
      ...options,
    })
  return { calls, waits, queue, now: () => now }
}

const done: PurgeReceipt = { ok: true }
const tags = (...values: string[]): PurgeBatch => ({ kind: 'tags', values })

test('what comes together goes out together, each thing once, as full as a call may be', async () => {
  const { calls, queue } = rehearse(() => done)
  const purges = queue()
  for (const tag of ['a', 'b', 'a', 'c', 'd']) purges.purge(tags(tag))
  purges.purge({ kind: 'urls', values: ['https://x/1'] })
  await purges.drained()
  expect(calls).toEqual([tags('a', 'b', 'c'), tags('d'), { kind: 'urls', values: ['https://x/1'] }])
  expect(purges.stats()).toEqual({ waiting: 0, purged: 5, failing: 0, abandoned: 0 })
})

test('a failure is tried again, later each time, or when the CDN says', async () => {
  const { calls, waits, queue } = rehearse((_, call) =>
    call > 4 ? done : { ok: false, retry: true, reason: 'status 503', ...(call === 4 && { afterMs: 7_000 }) },
  )
  const purges = queue()
  purges.purge(tags('a'))
  await purges.drained()
  expect(calls).toHaveLength(5)
  expect(waits).toEqual([50, 500, 1_000, 2_000, 7_000])
  expect(purges.records().map(({ outcome, attempt, reason }) => [outcome, attempt, reason])).toEqual([
    ['retrying', 1, 'status 503'],
    ['retrying', 2, 'status 503'],
    ['retrying', 3, 'status 503'],
    ['retrying', 4, 'status 503'],
    ['purged', 5, null],
  ])
})

test('what can never succeed is not tried again, and is told', async () => {
  const told: unknown[] = []
  const { calls, queue } = rehearse(() => ({ ok: false, retry: false, reason: 'status 403' }))
  const purges = queue({ onRecord: (record: unknown) => told.push(record) })
  purges.purge(tags('a', 'b'))
  await purges.drained()
  expect(calls).toHaveLength(1)
  expect(purges.stats()).toMatchObject({ abandoned: 2, failing: 1 })
  expect(told).toMatchObject([
    { cdn: 'rehearsed', outcome: 'abandoned', reason: 'status 403', values: ['a', 'b'] },
  ])
})

test('attempts end, and the next thing gets its turn', async () => {
  const { calls, queue } = rehearse(({ values }) =>
    values.includes('bad') ? { ok: false, retry: true, reason: 'away' } : done,
  )
  const purges = queue({ attempts: 3 })
  purges.purge(tags('bad', '1', '2'))
  purges.purge(tags('3'))
  await purges.drained()
  expect(calls).toHaveLength(4)
  expect(purges.stats()).toMatchObject({ abandoned: 3, purged: 1 })
})

test('more than may wait becomes one purge of everything, so that nothing is kept that must go', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ minLength: 1 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      async (names, maxWaiting) => {
        const { calls, queue } = rehearse(() => done)
        const purges = queue({ maxWaiting })
        for (const name of names) {
          purges.purge(tags(name))
          expect(purges.stats().waiting).toBeLessThanOrEqual(maxWaiting)
        }
        await purges.drained()
        const purged = new Set(calls.flatMap(({ values }) => values))
        const isAll = calls.some(({ kind }) => kind === 'everything')
        for (const name of names) expect(isAll || purged.has(name)).toBe(true)
      },
    ),
  )
})

test('what a CDN cannot do in small is done at large, or said', async () => {
  const none = { tags: 0, urls: 3, prefixes: 0 }
  const whole = rehearse(() => done, { most: { ...none, everything: 1 } })
  const first = whole.queue()
  first.purge(tags('a'))
  await first.drained()
  expect(whole.calls).toEqual([{ kind: 'everything', values: [] }])

  const single = rehearse(() => done, { most: { ...none, everything: 0 } })
  const second = single.queue()
  second.purge({ kind: 'urls', values: ['https://x/1'] })
  second.purge(tags('a'))
  await second.drained()
  expect(single.calls).toEqual([{ kind: 'urls', values: ['https://x/1'] }])
  expect(second.records()[0]).toMatchObject({
    outcome: 'abandoned',
    attempt: 0,
    reason: 'this CDN purges no tags',
  })
})

test('calls never exceed the rate, whatever is asked', async () => {
  const at: number[] = []
  const rehearsal = rehearse(() => done, { rate: { perSecond: 2, burst: 3 } })
  const { calls } = rehearsal
  const purges = rehearsal.queue({
    onRecord: () => at.push(rehearsal.now()),
  })
  for (let index = 0; index < 30; index++) purges.purge(tags(`t${index}`))
  await purges.drained()
  expect(calls).toHaveLength(10)
  for (const start of at) {
    expect(at.filter((time) => time >= start && time < start + 1_000).length).toBeLessThanOrEqual(3 + 2)
  }
  expect(at.at(-1)! - at[0]!).toBeGreaterThanOrEqual(3_500 - 1)
})

test('closing sends what waits once, and gives up what fails', async () => {
  const { calls, queue } = rehearse(({ values }) =>
    values.includes('bad') ? { ok: false, retry: true, reason: 'away' } : done,
  )
  const purges = queue()
  purges.purge(tags('bad'))
  await purges.close()
  expect(calls).toHaveLength(1)
  expect(purges.stats()).toMatchObject({ waiting: 0, abandoned: 1 })
})

test('a pattern becomes what drops all that it matches', () => {
  const sites = ['https://a', 'https://b']
  expect(purgeOfPattern('/api/x?y', sites)).toEqual({
    kind: 'urls',
    values: ['https://a/api/x?y', 'https://b/api/x?y'],
  })
  expect(purgeOfPattern('/api/*/x', sites)).toEqual({
    kind: 'prefixes',
    values: ['https://a/api/', 'https://b/api/'],
  })
  for (const whole of ['*', '/*', '*.json', 'ballot:*'])
    expect(purgeOfPattern(whole, sites).kind).toBe('everything')
})

test('a tag leaves as visible ASCII that keeps no two tags alike', () => {
  expect(encodeTag('ballot:12')).toBe('ballot:12')
  expect(encodeTag('a b,c"%\u00fc')).toBe('a%20b%2Cc%22%25%C3%BC')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (tag) => {
      expect(encodeTag(tag)).toMatch(/^[!#-$&-+\--~%]*$/)
      expect(decodeURIComponent(encodeTag(tag))).toBe(tag.toWellFormed())
    }),
  )
})
