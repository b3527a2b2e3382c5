import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createCache, createTagSpace } from '@hotpath/cache'

test('a time-out that is longer than a timer of Node can be does not end at once', async () => {
  const cache = createCache({ namespace: 'n', tags: createTagSpace(), timeout: '60d' })
  const loadSlowly = async () => {
    await wait(20)
    return 'loaded'
  }
  expect(await cache.getOrLoad('k', loadSlowly)).toBe('loaded')
})
