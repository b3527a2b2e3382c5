import { reasonOf, describe } from './describe.ts'
import { cacheErrors } from './errors.ts'

/** Whether Redis failed us, and not the loader. */
export const isRedisTrouble = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('HP_CACHE_REDIS_')

/** What a cache that is told to fail says of it. */
export const redisDownError = (key: string, error: unknown): Error =>
  cacheErrors.HP_CACHE_REDIS_DOWN({ key: describe(key), problem: reasonOf(error) }, { cause: error })
