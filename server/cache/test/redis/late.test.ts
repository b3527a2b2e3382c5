import { expect, onTestFinished, test } from 'vitest'
import { startProxy } from '../../soak/real/proxy.ts'
import { connected, plain, testRedis } from './connected.ts'

test('what an earlier connection sent and Redis had not read yet is never done after the next one is ready', async () => {
  const { port, url } = await testRedis()
  const proxy = await startProxy(() => port)
  onTestFinished(() => proxy.close())
  const through = await connected({ url: `redis://127.0.0.1:${proxy.port}` })
  const direct = await connected({ url })
  const kept = proxy.keepRequests()
  const late = through.failure(through.command(['SET', 'a', 'late']))
  await expect.poll(() => kept.bytes()).toBeGreaterThan(0)
  const again = through.nextReady()
  kept.part()
  expect((await late).code).toBe('HP_CACHE_REDIS_UNREACHABLE')
  await again
  await through.command(['SET', 'a', 'new'])
  await kept.deliver()
  expect(plain(await direct.command(['GET', 'a']))).toBe('new')
})

test('the connections of other processes are left alone', async () => {
  const { url } = await testRedis()
  const [one, other] = await Promise.all([connected({ url }), connected({ url })])
  const id = Number(await one.command(['CLIENT', 'ID']))
  const again = one.nextReady()
  await other.command(['CLIENT', 'KILL', 'ID', String(id)])
  await again
  expect(plain(await other.command(['PING']))).toBe('PONG')
  expect(other.times('lost')).toBe(0)
})
