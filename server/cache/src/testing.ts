export { createNoCache } from './testing/no-cache.ts'
export {
  createTestCache,
  type TestCache,
  type TestCacheOptions,
  type TestClock,
} from './testing/test-cache.ts'
