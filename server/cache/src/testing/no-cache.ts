import type { Cache } from '../cache.ts'
import { createCache } from '../create-cache.ts'
import { createTagSpace } from '../local-tag-space.ts'

/** For tests in which a cache would hide what is tested: every read runs its loader, and nothing is kept. */
export function createNoCache(): Cache {
  return createCache({ namespace: 'test', tags: createTagSpace(), enabled: false })
}
