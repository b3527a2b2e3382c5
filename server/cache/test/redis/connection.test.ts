import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connected, connecting, plain, testRedis } from './connected.ts'
import { startProxy } from './proxy.ts'

test('answers texts as buffers, numbers as numbers, absent values as null, in one array', async () => {
  const { url } = await testRedis()
  const redis = await connected({ url })
  const poison = Buffer.from([0, 255, 13, 10, 128])
  expect(plain(await redis.command(['SET', 'a', poison]))).toBe('OK')
  const [read, count, absent] = await Promise.all([
    redis.command(['GET', 'a']),
    redis.command(['INCR', 'n']),
    redis.command(['GET', 'none']),
  ])
  expect(read).toEqual(poison)
  expect([count, absent]).toEqual([1, null])
  expect(await redis.command(['SET', 'b', new Uint8Array(poison.buffer, poison.byteOffset + 1, 2)])).toEqual(
    Buffer.from('OK'),
  )
  expect(await redis.command(['MGET', 'b', 'none'])).toEqual([Buffer.from([255, 13]), null])
  await redis.command(['HSET', 'h', 'f', '1'])
  expect(plain(await redis.command(['HGETALL', 'h']))).toEqual(['f', '1'])
})

test('is ready with tracking on and the run_id of the server, and commands may be sent from within', async () => {
  const { url } = await testRedis()
  const watched = await connected({ url })
  const { tracking, runId } = watched.server()
  expect(tracking).toBe(true)
  expect(String(plain(await watched.command(['INFO', 'server'])))).toContain(`run_id:${runId}`)

  const first = connecting({ url })
  const answer = first.nextReady().then(() => first.command(['PING']))
  expect(plain(await answer)).toBe('PONG')
})

test('tells every change below the prefix, by itself and others, in the order of the wire', async () => {
  const { url } = await testRedis()
  const [one, other] = await Promise.all([connected({ url }), connected({ url })])
  const since = one.told.length
  for (let n = 0; n < 200; n++) {
    await (n % 2 === 0 ? one : other).command(['SET', `{t}mt:${n}`, String(n)])
    await other.command(['SET', `{t}k:${n}`, 'not below the prefix'])
  }
  await expect.poll(() => one.changes(since).length).toBe(200)
  expect(one.changes(since)).toEqual(Array.from({ length: 200 }, (_, n) => `{t}mt:${n}`))
  expect(other.changes().slice(-200)).toEqual(one.changes(since))
})

test('a change is told before the answer to a command that Redis ran after it', async () => {
  const { url } = await testRedis()
  const [reader, writer] = await Promise.all([connected({ url }), connected({ url })])
  for (let n = 0; n < 300; n++) {
    const since = reader.told.length
    const key = `{t}m${n}`
    // Written and acknowledged first; then read in another turn of the server.
    await writer.command(['SET', key, 'new'])
    const read = await reader.command(['GET', key])
    expect(plain(read)).toBe('new')
    expect(reader.changes(since)).toContain(key)
  }
})

test('the end of a key by its time or for lack of memory is a change too', async () => {
  const { url } = await testRedis({ maxMemory: '3mb', maxMemoryPolicy: 'allkeys-random' })
  const redis = await connected({ url })
  await redis.command(['SET', '{t}mshort', '1', 'PX', '20'])
  const since = redis.told.length
  await expect.poll(() => redis.changes(since)).toContain('{t}mshort')

  await redis.command(['SET', '{t}mkept', '1'])
  const before = redis.told.length
  const large = 'x'.repeat(50_000)
  for (let n = 0; n < 400 && !redis.changes(before).includes('{t}mkept'); n++)
    await redis.command(['SET', `{t}k${n}`, large])
  await expect.poll(() => redis.changes(before)).toContain('{t}mkept')
})

test('FLUSHALL may have changed anything', async () => {
  const { url } = await testRedis()
  const [one, other] = await Promise.all([connected({ url }), connected({ url })])
  await other.command(['FLUSHALL'])
  await expect.poll(() => one.changes()).toContain(null)
})

test('a connection that is killed is lost once, and ready again with tracking', async () => {
  const { url } = await testRedis()
  const [one, other] = await Promise.all([connected({ url }), connected({ url })])
  for (let round = 1; round <= 5; round++) {
    const again = one.nextReady()
    const pending = one.failure(one.command(['BLPOP', 'no', '5']))
    await other.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    expect((await pending).code).toBe('HP_CACHE_REDIS_UNREACHABLE')
    expect((await again).tracking).toBe(true)
    expect([one.times('lost'), one.times('ready')]).toEqual([round, round + 1])
    const since = one.told.length
    await other.command(['SET', '{t}mx', String(round)])
    await expect.poll(() => one.changes(since)).toEqual(['{t}mx'])
  }
})

test('a restarted server is another one', async () => {
  const redis = await testRedis()
  const port = await connected({ url: redis.url })
  const again = port.nextReady()
  await redis.kill()
  await expect.poll(() => port.times('lost')).toBe(1)
  const refused = await port.failure(port.command(['PING']))
  expect(refused.code).toBe('HP_CACHE_REDIS_UNREACHABLE')
  await testRedis({ port: redis.port })
  expect((await again).runId).not.toBe(port.server().runId)
  expect([port.times('lost'), port.times('ready')]).toEqual([1, 2])
})

test('scripts are found again after SCRIPT FLUSH', async () => {
  const { url } = await testRedis()
  const redis = await connected({ url })
  const run = () => redis.script('marks', ['{t}c', '{t}mt:a'], ['epoch', '60000'])
  const before = plain(await run())
  await redis.command(['SCRIPT', 'FLUSH'])
  const after = plain(await Promise.all([run(), run()]))
  expect(before).toEqual(['epoch', expect.any(Number), expect.any(Number), [expect.any(String)]])
  const [epoch, stamp, , marks] = before as unknown[]
  const same = [epoch, stamp, expect.any(Number), marks]
  expect(after).toEqual([same, same])
})

test('what Redis answers with an error is told in its own words, and what cannot be written as it is', async () => {
  const { url } = await testRedis()
  const redis = await connected({ url })
  const refused = await redis.failure(redis.command(['LPUSH', 'a']))
  expect(refused).toEqual({
    code: 'HP_CACHE_REDIS_REFUSED',
    message: expect.stringContaining('refused LPUSH: ERR wrong number of arguments'),
  })
  await expect(redis.command(['GET', 5 as unknown as string])).rejects.toThrow(TypeError)
  expect(plain(await redis.command(['PING']))).toBe('PONG')
  expect(redis.times('lost')).toBe(0)
})

test('a change between the arming and its being told is told right after it', async () => {
  const redis = await testRedis()
  const writer = await connected({ url: redis.url })
  const proxy = await startProxy(redis.port)
  const port = connecting({ url: `redis://127.0.0.1:${proxy.port}` })
  // The greeting is answered before the arming is asked for.
  proxy.hold()
  await expect.poll(() => proxy.held()).toContain('proto')
  proxy.passOn()
  proxy.hold()
  await expect.poll(() => proxy.held()).toContain('run_id')
  await writer.command(['SET', '{t}mx', '1'])
  await expect.poll(() => proxy.held()).toContain('invalidate')
  expect(port.told).toEqual([])
  proxy.passOn()
  await expect.poll(() => port.told).toHaveLength(2)
  expect(port.told).toEqual([{ ready: port.server() }, { changed: '{t}mx' }])
})

test('closing refuses what is under way and later, tells nothing more and leaves no handle', async () => {
  const { url } = await testRedis()
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length
  const before = sockets()
  const redis = await connected({ url })
  expect(sockets()).toBe(before + 1)
  const events = redis.told.length
  const waiting = redis.failure(redis.command(['BLPOP', 'no', '5']))
  await redis.close()
  expect((await waiting).code).toBe('HP_CACHE_REDIS_UNREACHABLE')
  expect(await redis.failure(redis.command(['PING']))).toMatchObject({
    message: expect.stringContaining('the connection was closed'),
  })
  expect(sockets()).toBe(before)
  expect(redis.told.length).toBe(events)
  await redis.close()
})

test('closing while it connects, or waits to connect again, leaves no handle either', async () => {
  let peer: Socket | undefined
  const silent = createServer((socket) => (peer = socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  // The greeting of TLS is never answered.
  const halfOpen = connecting({
    url: `rediss://127.0.0.1:${(silent.address() as { port: number }).port}`,
    connectTimeout: 600_000,
  })
  await once(silent, 'connection')
  const gone = once(peer!, 'close')
  peer!.resume()
  await halfOpen.close()
  await gone

  const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length
  await expect.poll(sockets).toBe(0)
  const closedPort = connecting({ url: 'redis://127.0.0.1:1' })
  const refusal = async () => (await closedPort.failure(closedPort.command(['PING']))).message
  await expect.poll(refusal).toContain('ECONNREFUSED')
  await closedPort.close()
  await expect.poll(sockets).toBe(0)
  expect([...halfOpen.told, ...closedPort.told]).toEqual([])
})
