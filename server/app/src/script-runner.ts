import { createHash } from 'node:crypto'
import { connectRedis } from '@hotpath/cache/redis'
import type { RedisScript, ScriptReply, ScriptRunner } from '@hotpath/http/limits'

/** Runs scripts on one Redis, over a connection of its own. */
export interface OpenRunner extends ScriptRunner {
  close(): Promise<void>
}

/**
 * Connects in the background, for ever; all keys belong to the slot of the application `name`. While there is no
 * connection, scripts are refused at once; one that is not answered within a second is given up, and what it did is
 * not known.
 * @throws HP_CACHE_REDIS_URL_INVALID
 */
export function openScriptRunner(url: string, name: string): OpenRunner {
  const redis = connectRedis({ url, tracking: false })
  const listeners: (() => void)[] = []
  redis.start(`{${encodeURIComponent(name)}}`, {
    ready() {
      for (const listener of listeners) listener()
    },
    changed() {},
    failed() {},
    lost() {},
  })
  const digests = new Map<RedisScript, string>()

  function digestOf(script: RedisScript): string {
    let digest = digests.get(script)
    if (digest === undefined)
      digests.set(script, (digest = createHash('sha1').update(script.text).digest('hex')))
    return digest
  }

  return {
    async run(script, keys, words): Promise<ScriptReply> {
      const rest = [String(keys.length), ...keys, ...words]
      try {
        return await redis.command(['EVALSHA', digestOf(script), ...rest])
      } catch (error) {
        if (!(error instanceof Error) || !error.message.includes('NOSCRIPT')) throw error
        return await redis.command(['EVAL', script.text, ...rest])
      }
    },
    onReady: (listener) => void listeners.push(listener),
    close: () => redis.close(),
  }
}
