import { createHash } from 'node:crypto'
import type { RedisScript, ScriptReply, ScriptRunner } from '@hotpath/http/limits'
import { createClient, ErrorReply } from 'redis'

/** Runs scripts on one Redis, over a connection of its own. */
export interface OpenRunner extends ScriptRunner {
  close(): void
}

/** How long a script may take, in milliseconds. */
const patience = 1_000
/** Between two attempts to connect, in milliseconds. */
const retryMs = 200

/**
 * Connects in the background, for ever. While there is no connection, scripts are refused at once; one that is not
 * answered in time is given up, and what it did is not known.
 */
export function openScriptRunner(url: string): OpenRunner {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: () => retryMs, connectTimeout: patience },
  })
  // Whoever runs a script is told, and `/ready` speaks of Redis.
  client.on('error', () => {})
  client.connect().catch(() => {})
  const digests = new Map<RedisScript, string>()

  function digestOf(script: RedisScript): string {
    let digest = digests.get(script)
    if (digest === undefined)
      digests.set(script, (digest = createHash('sha1').update(script.text).digest('hex')))
    return digest
  }

  async function send(script: RedisScript, rest: readonly string[]): Promise<ScriptReply> {
    try {
      return await client.sendCommand<ScriptReply>(['EVALSHA', digestOf(script), ...rest])
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error
      return await client.sendCommand<ScriptReply>(['EVAL', script.text, ...rest])
    }
  }

  return {
    run(script, keys, words) {
      const { promise, resolve, reject } = Promise.withResolvers<ScriptReply>()
      const late = setTimeout(
        () => reject(new Error(`Redis did not answer ${script.name} in ${patience} ms.`)),
        patience,
      )
      send(script, [String(keys.length), ...keys, ...words])
        .then(resolve, reject)
        .finally(() => clearTimeout(late))
      return promise
    },
    close: () => client.destroy(),
  }
}
