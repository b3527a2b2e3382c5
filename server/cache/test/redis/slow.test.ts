import { expect, test } from 'vitest'
import { connected, connecting, plain, testRedis } from './connected.ts'
import { startProxy } from './proxy.ts'

/** Longer than any pause of a busy machine, shorter than a test. */
const commandTimeout = 300

test('while Redis is paused everything is given up together, new commands at once, and all is well afterwards', async () => {
  const { url } = await testRedis()
  const [port, admin] = [await connected({ url, commandTimeout }), await connected({ url })]
  await admin.command(['CLIENT', 'PAUSE', '60000', 'WRITE'])
  const given: string[] = []
  const ask = (name: string) =>
    port.failure(port.command(['SET', name, '1'])).then(({ code }) => given.push(name + code))
  const all = Array.from({ length: 50 }, (_, n) => ask(`early${n} `))
  await new Promise((resolve) => setTimeout(resolve, commandTimeout / 2))
  all.push(ask('late '))
  await Promise.all(all)
  expect(new Set(given.map((text) => text.split(' ')[1]))).toEqual(new Set(['HP_CACHE_REDIS_TIMEOUT']))
  expect(given.at(-1)).toContain('late')

  const nextTurn = new Promise((resolve) => setImmediate(resolve))
  const soon = await Promise.race([port.failure(port.command(['GET', 'a'])), nextTurn])
  expect(soon).toMatchObject({ code: 'HP_CACHE_REDIS_TIMEOUT' })
  await admin.command(['CLIENT', 'UNPAUSE'])
  // What was answered late belongs to those who no longer wait for it, and to nobody else.
  await expect.poll(async () => (await port.failure(port.command(['PING']))).code).toBe('none')
  const replies = await Promise.all([
    port.command(['ECHO', 'a']),
    port.command(['ECHO', 'b']),
    port.command(['INCR', 'n']),
  ])
  expect(plain(replies)).toEqual(['a', 'b', 1])
  expect(port.times('lost')).toBe(0)
})

test('a frozen server that wakes up again goes on where it was, with its notices', async () => {
  const redis = await testRedis()
  const port = await connected({ url: redis.url, commandTimeout })
  redis.pause()
  const writes = await Promise.all(
    ['1', '2', '3'].map((value) => port.failure(port.command(['SET', '{t}ma', value]))),
  )
  expect(writes.map(({ code }) => code)).toEqual(Array(3).fill('HP_CACHE_REDIS_TIMEOUT'))
  redis.resume()
  await expect.poll(() => port.changes()).toContain('{t}ma')
  expect(plain(await port.command(['GET', '{t}ma']))).toBe('3')
  expect(port.times('lost')).toBe(0)
})

test('a connection on which nothing comes for several time-outs is lost and made again', async () => {
  const redis = await testRedis()
  const proxy = await startProxy(redis.port)
  const port = await connected({ url: `redis://127.0.0.1:${proxy.port}`, commandTimeout: 100 })
  proxy.swallow()
  const again = port.nextReady()
  expect((await port.failure(port.command(['PING']))).code).toBe('HP_CACHE_REDIS_TIMEOUT')
  await expect.poll(() => port.times('lost')).toBe(1)
  proxy.passOn()
  await again
  expect(plain(await port.command(['PING']))).toBe('PONG')
})

test('a server that accepts and never answers the greeting is given up, and tried again', async () => {
  const redis = await testRedis()
  const proxy = await startProxy(redis.port)
  proxy.swallow()
  const port = connecting({ url: `redis://127.0.0.1:${proxy.port}`, connectTimeout: 200 })
  const refusal = async () => (await port.failure(port.command(['PING']))).message
  await expect.poll(refusal).toContain('not ready after 200 ms')
  proxy.passOn()
  await expect.poll(() => port.times('ready')).toBe(1)
  expect(port.times('lost')).toBe(0)
})

test('answers that lie in the socket while this process is busy are not late', async () => {
  const { url } = await testRedis()
  const port = await connected({ url, commandTimeout: 50 })
  const calls = Array.from({ length: 100 }, (_, n) => port.command(['ECHO', String(n)]))
  // Sent in this turn of the loop and answered during the next, which takes longer than the time-out.
  await new Promise((resolve) => setImmediate(resolve))
  const until = performance.now() + 500
  while (performance.now() < until);
  expect(plain(await Promise.all(calls))).toEqual(Array.from({ length: 100 }, (_, n) => String(n)))
})
