import { Buffer } from 'node:buffer'
import { type Claim, type IdempotencyStore, readRecord, writeRecord } from './idempotency-store.ts'
import type { RedisScript, ScriptReply, ScriptRunner } from './redis-scripts.ts'

/** KEYS record · ARGV token, milliseconds. Answers 1 where the claim is ours, 0 where another is at work, or the record. */
const claimScript: RedisScript = {
  name: 'idempotency-claim',
  text: `
local held=redis.call('GET',KEYS[1])
if not held then
  redis.call('SET',KEYS[1],'b'..ARGV[1],'PX',ARGV[2])
  return 1
end
if string.sub(held,1,1)=='b' then return held=='b'..ARGV[1] and 1 or 0 end
return held`,
}

/** KEYS record · ARGV token, milliseconds. */
const renewScript: RedisScript = {
  name: 'idempotency-renew',
  text: `
if redis.call('GET',KEYS[1])=='b'..ARGV[1] then return redis.call('PEXPIRE',KEYS[1],ARGV[2]) end
return 0`,
}

/** KEYS record · ARGV token, record, milliseconds. A claim that ran out, and that nobody took, is still ours. */
const completeScript: RedisScript = {
  name: 'idempotency-complete',
  text: `
local held=redis.call('GET',KEYS[1])
if held and held~='b'..ARGV[1] then return 0 end
redis.call('SET',KEYS[1],'d'..ARGV[2],'PX',ARGV[3])
return 1`,
}

/** KEYS record · ARGV token. */
const releaseScript: RedisScript = {
  name: 'idempotency-release',
  text: `
if redis.call('GET',KEYS[1])=='b'..ARGV[1] then return redis.call('DEL',KEYS[1]) end
return 0`,
}

/** Keeps answers in Redis, for all processes that name the same application. */
export function createRedisIdempotency(runner: ScriptRunner, app: string): IdempotencyStore {
  const nameOf = (name: string) => `{${encodeURIComponent(app)}}i:${name}`
  const run = (script: RedisScript, name: string, ...words: (string | number)[]) =>
    runner.run(script, [nameOf(name)], words.map(String))

  return {
    claim: async (name, token, leaseMs) => readClaim(await run(claimScript, name, token, leaseMs)),
    async renew(name, token, leaseMs) {
      await run(renewScript, name, token, leaseMs)
    },
    async complete(name, token, { record, ttlMs }) {
      await run(completeScript, name, token, writeRecord(record), ttlMs)
    },
    async release(name, token) {
      await run(releaseScript, name, token)
    },
  }
}

/** @throws SyntaxError, TypeError for what is none of ours */
function readClaim(reply: ScriptReply): Claim {
  if (reply === 1) return { state: 'ours' }
  if (reply === 0) return { state: 'busy' }
  const text = typeof reply === 'string' ? reply : Buffer.from(reply as Uint8Array).toString()
  return { state: 'done', record: readRecord(text.slice(1)) }
}
