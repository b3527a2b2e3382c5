import { type Duration, parseDuration } from '@hotpath/core'
import { openTagSpace, type SharedTagSpaceOptions } from '../shared/open-tag-space.ts'
import type { TagSpace } from '../tag-space.ts'
import { connectRedis, type ConnectRedisOptions } from './connect-redis.ts'

export interface ConnectOptions
  extends
    Pick<SharedTagSpaceOptions, 'name' | 'trustFailover' | 'maxMarks'>,
    Pick<ConnectRedisOptions, 'url' | 'tls'> {
  /** How long anything waits for Redis at most. @default '1s' */
  commandTimeout?: Duration
}

/**
 * The tag space of all processes that name the same application on the same Redis (6 or newer, Valkey). Returns at
 * once and connects in the background, for ever; until then, and whenever Redis is away, each cache does what its
 * `redisDown` says.
 * @throws HP_CACHE_REDIS_URL_INVALID, HP_CACHE_APPLICATION_INVALID, HP_DURATION_INVALID
 */
export function connectTagSpace({
  url,
  tls = {},
  commandTimeout = '1s',
  ...options
}: ConnectOptions): TagSpace {
  const timeoutMs = parseDuration(commandTimeout)
  return openTagSpace({
    ...options,
    port: connectRedis({ url, tls, commandTimeout: timeoutMs }),
    firstWaitMs: timeoutMs,
  })
}
