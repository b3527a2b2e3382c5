import { startRedis } from '@hotpath/cache/local'
import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { createProbe, parseCounts } from '../src/cache/redis-counts.ts'

const info = [
  '# CPU',
  'used_cpu_sys:1.250000',
  'used_cpu_user:2.500000',
  'keyspace_hits:42',
  'cmdstat_get:calls=10,usec=5,usec_per_call=0.50,rejected_calls=0,failed_calls=0',
  'cmdstat_client|tracking:calls=2,usec=5,usec_per_call=0.50,rejected_calls=0,failed_calls=0',
  'cmdstat_info:calls=7,usec=5,usec_per_call=0.50,rejected_calls=0,failed_calls=0',
].join('\r\n')

test('the counts of a Redis are read from what it tells, its own telling left out', () => {
  expect(parseCounts(info)).toEqual({ cpuSeconds: 3.75, commands: 12, keysFound: 42 })
})

test('an answer without a count is refused, not read as zero', () => {
  expect(() => parseCounts(info.replace('keyspace_hits', 'other'))).toThrow('keyspace_hits')
})

test('a probe tells the commands and found keys of the work alone', async () => {
  const redis = await startRedis()
  try {
    await using probe = await createProbe(redis.url)
    const client = await createClient({ url: redis.url }).connect()
    await client.set('a', '1')
    const { result, counts } = await probe.during(() => client.mGet(['a', 'b']))
    expect(result).toEqual(['1', null])
    expect(counts).toMatchObject({ commands: 1, keysFound: 1 })
    await client.close()
  } finally {
    await redis.stop()
  }
})
