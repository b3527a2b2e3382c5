import { expect, test } from 'vitest'
import { createNames } from '../../src/shared/names.ts'
import { member, testRedis } from './member.ts'

const place = createNames('review').entry({ namespace: 'n', version: '1', name: 'k' })

test.each([
  ['is too long', `1\t${'i'.repeat(1000)}\te\t`],
  ['is no text', Buffer.from([0x31, 0x09, 0xff, 0xfe, 0x09, 0x65, 0x09])],
  ['is not ASCII', '1\té\te\t'],
])('a value whose id %s is replaced by the next load', async (_, bytes) => {
  const here = await member(await testRedis())
  await here.command(['SET', place, bytes])
  expect(await here.cache({ timeout: '1s' }).getOrLoad('k', () => 'loaded')).toBe('loaded')
  expect(here.sent('open')).toBeLessThanOrEqual(2)
})
