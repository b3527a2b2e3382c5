import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startRedis } from '@hotpath/cache/local'
import { connected, connecting, plain, testRedis } from './connected.ts'

const password = 'päss/w@rd:with,all#of%it'
const withPassword = (port: number, text: string, user = '') =>
  `redis://${user}:${encodeURIComponent(text)}@127.0.0.1:${port}`

test('the right password opens, a wrong or missing one is told without repeating it, and tried for ever', async () => {
  const redis = await testRedis({ password })
  const right = await connected({ url: redis.url })
  expect(plain(await right.command(['PING']))).toBe('PONG')

  const wrong = connecting({ url: withPassword(redis.port, 'guessed-secret') })
  const refusal = () => wrong.failure(wrong.command(['PING']))
  await expect.poll(async () => (await refusal()).message).toContain('WRONGPASS')
  expect(await refusal()).toMatchObject({ code: 'HP_CACHE_REDIS_UNREACHABLE' })
  expect((await refusal()).message).not.toContain('guessed')

  const none = connecting({ url: `redis://127.0.0.1:${redis.port}` })
  await expect.poll(async () => (await none.failure(none.command(['PING']))).message).toContain('NOAUTH')

  const opened = wrong.nextReady()
  await right.command(['CONFIG', 'SET', 'requirepass', 'guessed-secret'])
  expect((await opened).tracking).toBe(true)
  expect(wrong.times('lost')).toBe(0)
})

test('a user who may not use CLIENT goes on without tracking', async () => {
  const redis = await testRedis()
  const admin = await connected({ url: redis.url })
  await admin.command(['ACL', 'SETUSER', 'app', 'on', `>${password}`, '~*', '&*', '+@all', '-client'])
  const app = connecting({ url: withPassword(redis.port, password, 'app') })
  const ready = await app.nextReady()
  expect(ready).toEqual({ tracking: false, runId: expect.stringMatching(/^\w{40}$/) })
  expect(plain(await app.script('marks', ['{t}c', '{t}mt:a'], ['e', '1000']))).toEqual([
    'e',
    expect.any(Number),
    expect.any(Number),
    [expect.any(String)],
  ])
  await admin.command(['SET', '{t}mx', '1'])
  await app.command(['PING'])
  expect(app.changes()).toEqual([])
})

test('a server without RESP3 goes on without tracking', async () => {
  const redis = await testRedis({ password, extra: ['--rename-command', 'HELLO', ''] })
  const port = connecting({ url: redis.url })
  expect((await port.nextReady()).tracking).toBe(false)
  const bytes = Buffer.from([0, 200, 10])
  await port.command(['SET', 'a', bytes])
  expect(await port.command(['MGET', 'a', 'none'])).toEqual([bytes, null])
  expect(plain(await port.command(['PING']))).toBe('PONG')
})

test('a server that repeats what it was greeted with is not quoted with the password', async () => {
  for (const secret of [password, 'long-'.repeat(60)]) {
    const extra = ['--rename-command', 'HELLO', '', '--rename-command', 'AUTH', '']
    const redis = await testRedis({ password: secret, extra })
    const port = connecting({ url: redis.url })
    const refusal = async () => (await port.failure(port.command(['PING']))).message
    await expect.poll(refusal).toContain('unknown command')
    expect(await refusal()).not.toContain(secret.slice(0, 5))
  }
})

test('a user who may not load scripts or ask for INFO is served, each connection as a server of its own', async () => {
  const redis = await testRedis()
  const admin = await connected({ url: redis.url })
  await admin.command(['ACL', 'SETUSER', 'app', 'on', `>${password}`, '~*', '+@all', '-script', '-info'])
  const url = withPassword(redis.port, password, 'app')
  const [one, two] = [connecting({ url }), connecting({ url })]
  const [first, second] = await Promise.all([one.nextReady(), two.nextReady()])
  expect(first.tracking).toBe(true)
  expect(first.runId).not.toBe(second.runId)
  expect(plain(await one.script('beat', ['{t}c', '{t}n'], ['e', 'n', '1']))).toEqual([
    'e',
    expect.any(Number),
    expect.any(Number),
  ])
})

test('a replica is not served from: a write there is a loss, and the next url is tried', async () => {
  const primary = await testRedis()
  const replica = await testRedis({ replicaOf: primary.port })
  const port = connecting({ url: `${replica.url},${primary.url}` })
  const beat = () => port.script('beat', ['{t}c', '{t}n'], ['e', 'n', '1'])
  await port.nextReady()
  const again = port.nextReady()
  await expect.poll(async () => (await port.failure(beat())).code).toBe('none')
  await again
  expect(port.told).toContainEqual({ lost: expect.stringContaining('READONLY') })
  expect(plain(await port.command(['ROLE']))).toContain('master')
})

test('a primary that is demoted is lost, and found again when it is promoted', async () => {
  const [one, two] = [await testRedis(), await testRedis()]
  const port = await connected({ url: one.url })
  const admin = await connected({ url: one.url })
  const beat = () => port.script('beat', ['{t}c', '{t}n'], ['e', 'n', '1'])
  await beat()
  await admin.command(['REPLICAOF', '127.0.0.1', String(two.port)])
  await expect.poll(async () => (await port.failure(beat())).code).toBe('HP_CACHE_REDIS_UNREACHABLE')
  expect(port.told).toContainEqual({ lost: expect.stringMatching(/READONLY|MASTERDOWN|LOADING/) })
  await admin.command(['REPLICAOF', 'NO', 'ONE'])
  await expect.poll(async () => (await port.failure(beat())).code).toBe('none')
})

test('Redis without memory for a write refuses that command alone', async () => {
  const redis = await testRedis({ maxMemory: '1kb' })
  const port = await connected({ url: redis.url })
  expect(await port.failure(port.command(['SET', 'a', 'b']))).toEqual({
    code: 'HP_CACHE_REDIS_REFUSED',
    message: expect.stringContaining('OOM'),
  })
  expect(await port.failure(port.script('beat', ['{t}c', '{t}n'], ['e', 'n', '1']))).toMatchObject({
    code: 'HP_CACHE_REDIS_REFUSED',
    message: expect.stringContaining('OOM'),
  })
  expect(await port.command(['GET', 'a'])).toBe(null)
  expect(port.times('lost')).toBe(0)
})

test('while the data is still being loaded it is not ready', async () => {
  const redis = await startRedis({ appendOnly: true })
  onTestFinished(() => redis.stop())
  const writer = await connected({ url: redis.url })
  await writer.script('marks', ['{t}c', '{t}mt:a'], ['e', '60000'])
  const keys = Array.from({ length: 4000 }, (_, n) => `{t}k${n}`)
  await Promise.all(keys.map((key) => writer.command(['SET', key, 'x'])))
  await redis.kill()
  // So many microseconds for each key; between a thousand of them it answers.
  const slowly = ['--key-load-delay', '200']
  const started = testRedis({ port: redis.port, folder: redis.folder, appendOnly: true, extra: slowly })
  const refusal = async () => (await writer.failure(writer.command(['PING']))).message
  await expect.poll(refusal, { interval: 10 }).toContain('LOADING')
  expect(writer.times('ready')).toBe(1)
  await started
  await expect.poll(() => writer.times('ready')).toBe(2)
  expect(plain(await writer.command(['GET', '{t}k3999']))).toBe('x')
})

test('what answers no Redis is unreachable', async () => {
  const server = createServer((socket) => {
    // Who hears no Redis may hang up before it has read everything.
    socket.on('error', () => {})
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port: number } = server.address() as { port: number }
  const port = connecting({ url: `redis://127.0.0.1:${number}` })
  await expect
    .poll(async () => (await port.failure(port.command(['PING']))).message)
    .toMatch(/Unknown RESP type|closed/)
  expect(port.told).toEqual([])
})
