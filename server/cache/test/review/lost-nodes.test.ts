import { expect, test } from 'vitest'
import { createNames } from '../../src/shared/names.ts'
import { member, testRedis } from './member.ts'

const names = createNames('review')

async function fleet() {
  const redis = await testRedis()
  const [here, there] = await Promise.all([member(redis), member(redis)])
  const [writer, reader] = [here.cache(), there.cache()]
  await reader.getOrLoad('k', () => 'old')
  await reader.getOrLoad('k', () => 'old')
  return { here, there, writer, reader }
}

test('where the list of processes was lost, ack fleet waits until nobody relies on what is old', async () => {
  const { here, there, writer, reader } = await fleet()
  there.deafen()
  await here.command(['DEL', names.nodes])
  expect(reader.peek('k')).toBe('old')
  await writer.invalidate({ keys: ['k'] }, { ack: 'fleet' })
  expect(reader.peek('k')).toBe(undefined)
})

test('a strong read does not prolong what a process that sends no heartbeats relies on', async () => {
  const { there, writer, reader } = await fleet()
  await expect.poll(() => reader.peek('k')).toBe(undefined)
  expect(await reader.getOrLoad('k', () => 'new', { read: 'strong' })).toBe('old')
  there.deafen()
  await writer.invalidate({ keys: ['k'] }, { ack: 'fleet' })
  expect(reader.peek('k')).toBe(undefined)
})
