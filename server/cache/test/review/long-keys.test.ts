import { expect, test } from 'vitest'
import { safeName } from '../../src/shared/names.ts'
import { member, testRedis } from './member.ts'

const long = 'k'.repeat(300)

test('the name of a long key, asked for as a key, finds nothing of it, however it came into memory', async () => {
  const redis = await testRedis()
  const [here, there] = await Promise.all([member(redis), member(redis)])
  await there.cache().getOrLoad(long, () => 'long', { tags: ['t'] })
  await expect.poll(() => there.sent('fill')).toBe(1)
  const cache = here.cache()
  const another = (from: string) => {
    expect(cache.peek(long), from).toBe('long')
    expect(cache.peek(safeName(long)), from).not.toBe('long')
    return cache.getOrLoad(safeName(long), () => 'another')
  }
  for (let read = 0; read < 3; read++) await cache.getOrLoad(long, () => 'unused')
  expect(await another('read from Redis')).toBe('another')
  // A pattern makes memory judge and ask anew.
  await cache.invalidate({ pattern: 'other*' })
  for (let read = 0; read < 3; read++) await cache.getOrLoad(long, () => 'unused')
  expect(await another('asked about')).toBe('another')
  await cache.invalidate({ tags: ['t'] })
  for (let read = 0; read < 3; read++) await cache.getOrLoad(long, () => 'long')
  expect(await another('loaded')).toBe('another')
})
