import type { RedisScript, ScriptReply, ScriptRunner } from '@hotpath/http/limits'
import { createClient } from 'redis'

/** Scripts on a real Redis, and how many round trips they took. */
export interface CountingRunner extends ScriptRunner, AsyncDisposable {
  roundTrips(): number
}

/** One connection; refuses at once while it is down. */
export async function connectRunner(url: string): Promise<CountingRunner> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: 20, connectTimeout: 500 },
  })
  client.on('error', () => {})
  await client.connect()
  let roundTrips = 0
  return {
    roundTrips: () => roundTrips,
    run({ text }: RedisScript, keys, words) {
      roundTrips += 1
      return client.sendCommand<ScriptReply>(['EVAL', text, String(keys.length), ...keys, ...words])
    },
    async [Symbol.asyncDispose]() {
      client.destroy()
    },
  }
}
