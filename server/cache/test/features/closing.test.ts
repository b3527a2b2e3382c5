import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { testRedis } from '../redis/connected.ts'
import { codeOf, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

test('after close a cache goes on alone: nothing is thrown, nothing waits', async () => {
  const fleet = await worlds.openFleet()
  const [cache, strict] = [fleet.cache(), fleet.cache({ namespace: 'strict', redisDown: 'fail' })]
  await cache.getOrLoad('a', () => 'old')
  await fleet.space().close()
  await fleet.space().close()
  expect(cache.peek('a')).toBeUndefined()
  expect(await cache.getOrLoad('b', () => 'value')).toBe('value')
  expect(await cache.invalidate({ keys: ['a'] })).toEqual({ acknowledged: false })
  await cache.set('c', 'set')
  expect(await codeOf(strict.getOrLoad('a', () => 'value'))).toBe('HP_CACHE_REDIS_DOWN')
  expect(await codeOf(fleet.space().ready())).toBe('HP_CACHE_REDIS_UNREACHABLE')
})

test('close leaves no connection behind, and nobody waits for the process', async () => {
  const redis = await testRedis()
  const fleet = await worlds.openFleet({ redis })
  await fleet.cache({}, 1).getOrLoad('a', () => 'value')
  const nodes = async () => Number(await fleet.ask('ZCARD', `{${fleet.app}}n`))
  const before = await nodes()
  await fleet.space(1).close()
  const named = async () => String(await fleet.ask('CLIENT', 'LIST')).match(/name=hotpath-cache/g)?.length
  // That of the other process, and the test's own.
  await until(async () => (await named()) === 2)
  expect(await nodes()).toBe(before - 1)
  expect(await fleet.cache().invalidate({ keys: ['a'] }, { ack: 'fleet' })).toEqual({ acknowledged: true })
})

test('what is under way when it closes ends', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  const origin = createDeferredLoad<string>()
  const loading = one.getOrLoad('a', origin.load)
  await until(() => origin.calls() === 1)
  const waiting = two.getOrLoad('a', () => 'own')
  const reading = two.getMany(['b', 'c'])
  const changing = two.invalidate({ tags: ['x'] }, { ack: 'fleet' })
  await Promise.all([fleet.space(0).close(), fleet.space(1).close()])
  origin.resolve('value')
  expect(await loading).toBe('value')
  expect(['own', 'value']).toContain(await waiting)
  expect(await reading).toHaveLength(0)
  await changing
})

test('a process ends by itself once its tag space is closed, and by a signal before', async () => {
  const redis = await testRedis()
  for (const mode of ['close', 'leave'] as const) {
    const program = fileURLToPath(new URL('fixtures/ends.ts', import.meta.url))
    const child = spawn(process.execPath, [program, redis.url, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    if (mode === 'leave') {
      await until(() => output.includes('value'))
      child.kill('SIGTERM')
    }
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect([mode, code, signal]).toEqual(mode === 'close' ? [mode, 0, null] : [mode, null, 'SIGTERM'])
    expect(output).toContain('value')
  }
})
