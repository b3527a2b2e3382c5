import { expect, test } from 'vitest'
import { attached } from './attached.ts'
import { plain } from './connected.ts'
import { names, place, storedRecord } from './protocol.ts'

test('the epoch belongs to the run_id of the server, and another one begins another', async () => {
  const { attach, marks, redis } = await attached()
  expect(await attach('run-1', 'unused')).toEqual(['e1', 1])
  expect(await attach('run-2', 'e2')).toEqual(['e2', 1])
  expect(await attach('', 'unused')).toEqual(['e2', 1])
  expect(await marks()).toEqual(['e2', 1, []])
  await redis.command(['FLUSHALL'])
  expect(await marks()).toEqual(['fresh', expect.any(Number), []])
})

test('a process that introduces itself again ends no epoch, and says which server it is if that was lost', async () => {
  const { attach, redis } = await attached()
  const run = async () => plain(await redis.command(['HGET', names.clock, 'r']))
  expect(await attach('run-2', 'unused', 'again')).toEqual(['e1', 1])
  expect(await run()).toBe('run-1')
  await redis.command(['HDEL', names.clock, 'r'])
  expect(await attach('run-1', 'unused', 'again')).toEqual(['e1', 1])
  expect(await run()).toBe('run-1')
  await redis.command(['HDEL', names.clock, 'r'])
  expect(await attach('run-1', 'e2', 'first')).toEqual(['e2', 1])
})

test('open grants one lease, tells the stamp, and creates missing marks as the current stamp', async () => {
  const { open, change, read, left } = await attached()
  await change('h', { tags: ['b'] })
  expect(await open({ token: 'one', tags: ['a', 'b'] })).toEqual(['e1', 2, null, 1, ['2 2', '2']])
  expect(await open({ token: 'two', tags: ['a', 'b'] })).toEqual(['e1', 2, null, 0, ['2 2', '2']])
  expect(await read(names.lease(place))).toBe('2:one')
  expect(await read(names.tagMark('a'))).toBe('2 2')
  expect(await left(names.tagMark('a'))).toBeGreaterThan(55_000)
  expect(await left(names.lease(place))).toBeLessThanOrEqual(5000)
})

test('many who open at once get one lease', async () => {
  const { open } = await attached()
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => open({ token: `t${n}` })))
  expect(answers.filter(([, , , granted]) => granted === 1)).toHaveLength(1)
})

test('open answers an entry instead of a lease, unless it is the one known to be of no use', async () => {
  const { open, fill } = await attached()
  await open({ token: 'one' })
  const record = storedRecord('first', 1)
  expect(await fill({ lease: '1:one', asOf: 1, record })).toEqual(['e1', 1, 1, []])
  expect(await open({ token: 'two' })).toEqual(['e1', 1, record.toString(), 0, []])
  expect(await open({ token: 'two', known: 'older' })).toEqual(['e1', 1, record.toString(), 0, []])
  expect(await open({ token: 'two', known: 'first' })).toEqual(['e1', 1, null, 1, []])
})

test('a lease older than a mark is stolen, and its fill refused', async () => {
  const { open, change, fill } = await attached()
  await open({ token: 'one', tags: ['a'] })
  await change('h', { tags: ['a'] })
  expect(await open({ token: 'two', tags: ['a'] })).toEqual(['e1', 2, null, 1, ['2']])
  expect(await open({ token: 'three', tags: ['a'] })).toEqual(['e1', 2, null, 0, ['2']])
  expect(await fill({ lease: '1:one', asOf: 1, tags: ['a'] })).toEqual(['e1', 2, 0, []])
  expect(await fill({ lease: '2:two', asOf: 2, tags: ['a'] })).toEqual(['e1', 2, 1, ['2']])
})

test('a fill is refused after a mark of its tags, of an addition to them too, and its lease is given back', async () => {
  const { open, change, fill, read } = await attached()
  await open({ token: 'one' })
  await change('h', { tags: ['found-in-the-load'] })
  expect(await fill({ lease: '1:one', asOf: 1, tags: ['found-in-the-load', 'b'] })).toEqual([
    'e1',
    2,
    0,
    ['2', '2 2'],
  ])
  expect([await read(names.entry(place)), await read(names.lease(place))]).toEqual([null, null])
})

test('a fill whose tag mark was evicted since an invalidation is refused; without one it is stored', async () => {
  const { open, change, fill, redis } = await attached()
  await open({ token: 'one', tags: ['a'] })
  await redis.command(['DEL', names.tagMark('a')])
  expect(await fill({ lease: '1:one', asOf: 1, tags: ['a'] })).toEqual(['e1', 1, 1, ['1 1']])

  await open({ token: 'two', tags: ['a'], known: '' })
  await redis.command(['DEL', names.entry(place)])
  await open({ token: 'two', tags: ['a'] })
  await change('h', { tags: ['a'] })
  await redis.command(['DEL', names.tagMark('a')])
  expect(await fill({ lease: '1:two', asOf: 1, tags: ['a'] })).toEqual(['e1', 2, 0, ['2 2']])
})

test('a fill of another epoch, without a lease, or with that of another, is refused', async () => {
  const { open, fill, read } = await attached()
  expect((await fill({ lease: '1:one', asOf: 1 }))[2]).toBe(0)
  await open({ token: 'one' })
  expect((await fill({ lease: '1:two', asOf: 1 }))[2]).toBe(0)
  expect([await read(names.entry(place)), await read(names.lease(place))]).toEqual([null, '1:one'])
  expect((await fill({ lease: '1:one', asOf: 1, epoch: 'e0' }))[2]).toBe(0)
  // Whoever waits for it need not wait for its end.
  expect([await read(names.entry(place)), await read(names.lease(place))]).toEqual([null, null])
})

test('a lease is given back by its holder alone, and prolonged by its heartbeat alone', async () => {
  const { open, release, beat, read, left } = await attached()
  await open({ token: 'one', leaseMs: 2000 })
  await release('1:two')
  await beat('n', [[names.lease(place), '1:two']], 50_000)
  expect(await left(names.lease(place))).toBeLessThanOrEqual(2000)
  await beat('n', [[names.lease(place), '1:one']], 50_000)
  expect(await left(names.lease(place))).toBeGreaterThan(2000)
  await release('1:one')
  expect(await read(names.lease(place))).toBe(null)
})

test('what is gone at the origin leaves with the lease, and nothing that was stored meanwhile', async () => {
  const { open, release, fill, read } = await attached()
  await open({ token: 'one' })
  await fill({ lease: '1:one', asOf: 1, record: '1\tone\trest' })
  await open({ token: 'two', known: 'one' })
  await release('1:two', 'older')
  expect(await read(names.entry(place))).not.toBe(null)
  await release('1:three', 'one')
  expect(await read(names.entry(place))).toBe(null)
})
