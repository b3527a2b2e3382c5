import { expect, test } from 'vitest'
import { decodeRecord } from '../../src/shared/record.ts'
import { attached } from './attached.ts'
import { connected, testRedis } from './connected.ts'
import { names, otherVersion, place, protocol, recordTail, storedRecord } from './protocol.ts'

test('an invalidation raises the stamp, marks tags and keys, and drops entries and leases of every version', async () => {
  const { change, read, write, left, redis } = await attached()
  for (const key of [names.entry(place), names.entry(otherVersion), names.lease(place)]) await write(key, 'x')
  await write(names.entry({ ...place, name: 'other' }), 'stays')
  const since = redis.told.length
  expect(await change('h', { tags: ['a', 'b'], keys: [place.name] })).toEqual(['e1', 2, 2, expect.anything()])
  expect(await read(names.tagMark('a'))).toBe('2')
  expect(await read(names.keyMark(place.namespace, place.name))).toBe('2')
  expect(await left(names.keyMark(place.namespace, place.name))).toBeLessThanOrEqual(30_000)
  for (const key of [names.entry(place), names.entry(otherVersion), names.lease(place)])
    expect(await read(key)).toBe(null)
  expect(await read(names.entry({ ...place, name: 'other' }))).toBe('stays')
  const marks = [names.tagMark('a'), names.tagMark('b'), names.keyMark(place.namespace, place.name)]
  await expect.poll(() => new Set(redis.changes(since))).toEqual(new Set(marks))
})

test('an expiry of tags keeps the last invalidation, and an invalidation ends the expiry', async () => {
  const { change, marks } = await attached()
  await change('h', { tags: ['a'] })
  await change('s', { tags: ['a', 'new'] })
  const [, , [a, fresh]] = (await marks('a', 'new')) as [unknown, unknown, [string, string]]
  expect(a).toMatch(/^2 3 \d{13}$/)
  expect(fresh).toMatch(/^2 3 \d{13}$/)
  await change('h', { tags: ['a'] })
  expect(await marks('a')).toEqual(['e1', 4, ['4']])
})

test('an expired key is stale from now on, for as long as it would have been, and its header is as before', async () => {
  const { change, write, read, redis } = await attached()
  const now = Date.now()
  const body = Buffer.from([0, 10, 9, 255, 49, 9])
  const times = { freshUntil: now + 100_000, staleUntil: now + 160_000, keepUntil: now + 900_000 }
  const record = storedRecord('first', 1, { ...times, body, tags: ['a', 'b'] })
  await redis.command(['SET', names.entry(place), record, 'PX', '50000'])
  await write(names.lease(place), '1:one')
  expect((await change('s', { keys: [place.name] }))[2]).toBe(0)

  const aged = decodeRecord((await redis.command(['GET', names.entry(place)])) as Uint8Array)!
  expect(aged.freshUntil).toBeGreaterThanOrEqual(now - 60_000)
  expect(aged.freshUntil).toBeLessThan(now + 60_000)
  // For a second by now, so that no clock that is a little off takes it for fresh.
  expect(aged.staleUntil - aged.freshUntil).toBe(61_000)
  expect({ ...aged, freshUntil: 0, staleUntil: 0 }).toEqual({
    ...decodeRecord(record)!,
    freshUntil: 0,
    staleUntil: 0,
  })
  expect(await redis.command(['PTTL', names.entry(place)])).toBeLessThanOrEqual(50_000)
  expect(await redis.command(['PTTL', names.entry(place)])).toBeGreaterThan(0)
  expect([await read(names.lease(place)), await read(names.keyMark(place.namespace, place.name))]).toEqual([
    null,
    '2',
  ])

  const stale = await redis.command(['GET', names.entry(place)])
  await change('s', { keys: [place.name] })
  expect(await redis.command(['GET', names.entry(place)])).toEqual(stale)
})

test('patterns are kept in the mark of the namespace, in order, and the oldest become its floor', async () => {
  const { change, read } = await attached()
  const scope = names.scopeMark(place.namespace)
  await change('h', { patterns: ['a%3A*'] })
  await change('s', { patterns: ['b*', 'c*'] })
  const lines = String(await read(scope)).split('\n')
  expect(lines[0]).toBe('3 1')
  expect(lines.slice(1).map((line) => line.replace(/\d{13}/, 'at'))).toEqual([
    '2 h at a%3A*',
    '3 s at b*',
    '3 s at c*',
  ])
  for (let n = 0; n < 64; n++) await change('h', { patterns: [`p${n}`] })
  const full = String(await read(scope)).split('\n')
  expect(full).toHaveLength(65)
  expect(full[0]).toBe('67 3')
  expect(full[1]).toContain(' p0')
  expect(full[64]).toContain('67 h ')
})

test('whoever is alive is told to who asks for all to answer', async () => {
  const { change, beat, read, redis } = await attached()
  await beat('one')
  await beat('two')
  await redis.command(['ZADD', names.nodes, String(Date.now() - 30_000), 'silent'])
  const since = redis.told.length
  // The clock was there before the list of those who are alive: some of them may be missing from it.
  const [, , , alive] = await change('h', { tags: ['a'], ack: names.ackMark('t1') })
  expect(new Set(alive as string[])).toEqual(new Set(['?', 'node', 'one', 'two']))
  expect(await read(names.ackMark('t1'))).toBe('2')
  await expect.poll(() => redis.changes(since)).toContain(names.ackMark('t1'))
  await redis.command(['ZADD', names.nodes, String(Date.now() - 90_000), 'gone'])
  await beat('one')
  expect(await redis.command(['ZSCORE', names.nodes, 'gone'])).toBe(null)
})

test('who is alive is complete where the fleet is new, and not where the list of it was lost', async () => {
  const { url } = await testRedis()
  const redis = await connected({ url })
  const { attach, beat, change } = protocol(redis)
  const alive = async () => new Set((await change('h', {}))[3] as string[])
  await attach('run-1', 'e1')
  expect(await alive()).toEqual(new Set(['node']))
  await redis.command(['DEL', names.nodes])
  expect(await alive()).toEqual(new Set(['?']))
  await beat('node')
  expect(await alive()).toEqual(new Set(['?', 'node']))
})

test('the version of whatever is granted or set is listed, the oldest of many are forgotten', async () => {
  const { open, set, redis } = await attached()
  const listed = async () => String(await redis.command(['HGET', names.clock, `v:${place.namespace}`]))
  const list = (versions: string) => redis.command(['HSET', names.clock, `v:${place.namespace}`, versions])
  await open({ token: 'one' })
  expect(await listed()).toBe('2,1')
  await list('2')
  await open({ token: 'two', known: 'none' })
  expect(await listed()).toBe('2')
  await redis.command(['DEL', names.lease(place)])
  await open({ token: 'two' })
  expect(await listed()).toBe('1,2')
  const many = Array.from({ length: 16 }, (_, n) => String(40 - n))
  await list(many.join(','))
  await set('mine', recordTail)
  expect((await listed()).split(',')).toEqual(['1', ...many.slice(0, 15)])
})

test('set drops what was there and stores as of its own stamp, so that no earlier load or value outlives it', async () => {
  const { open, set, fill, change, read, redis } = await attached()
  await open({ token: 'one', tags: ['a'] })
  await redis.command(['SET', names.entry(otherVersion), 'older shape'])
  const since = redis.told.length
  expect(await set('mine', { ...recordTail, tags: ['a'] }, ['a'])).toEqual(['e1', 2, 1, ['1 1', '1 1']])
  const stored = decodeRecord((await redis.command(['GET', names.entry(place)])) as Uint8Array)
  expect(stored).toEqual({
    ...recordTail,
    id: 'mine',
    epoch: 'e1',
    asOf: 2,
    body: Buffer.from(recordTail.body),
  })
  expect([await read(names.entry(otherVersion)), await read(names.lease(place))]).toEqual([null, null])
  await expect.poll(() => redis.changes(since)).toContain(names.keyMark(place.namespace, place.name))
  expect((await fill({ lease: '1:one', asOf: 1, tags: ['a'] }))[2]).toBe(0)
  await change('h', { keys: [place.name] })
  expect(await read(names.entry(place))).toBe(null)
})

test('stamps and times are written whole, however high', async () => {
  const { marks, change, open, fill, redis } = await attached()
  await redis.command(['HSET', names.clock, 'c', '90000000000000'])
  expect(await change('s', { tags: ['a'] })).toEqual(['e1', 90_000_000_000_001, 0, ['?', 'node']])
  expect(await marks('a')).toEqual([
    'e1',
    90_000_000_000_001,
    [expect.stringMatching(/^90000000000000 90000000000001 \d{13}$/)],
  ])
  await open({ token: 'one', tags: ['a'] })
  expect((await fill({ lease: '90000000000001:one', asOf: 90_000_000_000_001, tags: ['a'] }))[2]).toBe(1)
})

test('what was poisoned or has another type counts as missing, and is replaced', async () => {
  const { open, fill, marks, change, beat, release, set, redis } = await attached()
  const poison = async (key: string, kind: 'text' | 'list' | 'bytes') => {
    await redis.command(['DEL', key])
    if (kind === 'list') await redis.command(['RPUSH', key, 'x'])
    else await redis.command(['SET', key, kind === 'text' ? 'not a mark' : Buffer.from([0, 255, 10])])
  }
  for (const kind of ['text', 'list', 'bytes'] as const) {
    for (const key of [
      names.entry(place),
      names.lease(place),
      names.tagMark('a'),
      names.scopeMark(place.namespace),
    ])
      await poison(key, kind)
    const [, stamp] = await marks()
    expect(await open({ token: kind, tags: ['a'] })).toEqual([
      'e1',
      stamp,
      null,
      1,
      [`${String(stamp)} ${String(stamp)}`],
    ])
    expect((await fill({ lease: `${String(stamp)}:${kind}`, asOf: Number(stamp), tags: ['a'] }))[2]).toBe(1)
    await poison(names.lease(place), kind)
    await beat('n', [[names.lease(place), 'x']])
    await release('x')
    await poison(names.entry(place), kind)
    await poison(names.tagMark('a'), kind)
    await change('s', { tags: ['a'], keys: [place.name], patterns: ['p*'] })
    await poison(names.scopeMark(place.namespace), kind)
    await change('h', { patterns: ['p*'] })
    await poison(names.entry(place), kind)
    await set('id', recordTail, ['a'])
  }
  await redis.command(['SET', names.scopeMark(place.namespace), '7'])
  const [, stamp] = await change('h', { patterns: ['p*'] })
  expect(String(await redis.command(['GET', names.scopeMark(place.namespace)]))).toMatch(
    new RegExp(`^${String(stamp)} ${Number(stamp) - 1}\n`),
  )
})
