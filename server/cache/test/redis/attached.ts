import { connected, testRedis } from './connected.ts'
import { names, otherVersion, place, protocol } from './protocol.ts'

/** A fleet attached to a Redis in epoch e1, with one namespace in two schema versions. */
export async function attached() {
  const { url } = await testRedis()
  const redis = await connected({ url })
  const scripts = protocol(redis)
  // From a small stamp on, which is easy to read below.
  const versions = [`v:${place.namespace}`, `${otherVersion.version},${place.version}`]
  await redis.command(['HSET', names.clock, 'e', 'e1', 'c', '1', ...versions])
  await scripts.attach('run-1', 'e1')
  return { redis, ...scripts }
}
