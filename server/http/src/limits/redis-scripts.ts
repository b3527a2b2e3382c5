/** A Lua script, which Redis runs whole or not at all. */
export interface RedisScript {
  /** Names it in messages. */
  readonly name: string
  readonly text: string
}

/** What Redis answers to our scripts: texts as strings or buffers, numbers as numbers. */
export type ScriptReply = string | Uint8Array | number | null | readonly ScriptReply[]

/**
 * A Redis, as the limits need it. Rejects when Redis does not answer in time, or cannot be reached; never hangs. All
 * keys of one call share a hash tag, so that a cluster has them on one node.
 */
export interface ScriptRunner {
  run(script: RedisScript, keys: readonly string[], words: readonly string[]): Promise<ScriptReply>
  /** Told each time that Redis can be reached again: nobody need wait for the next attempt. @default never told */
  onReady?(listener: () => void): void
}

/**
 * The generic cell rate algorithm for many keys in one round trip. A key holds one time, in microseconds: when all of
 * its limit is free again.
 *
 * KEYS: one for each limit. ARGV, for each: microseconds per request, requests at once, requests that wait, requests
 * to hold ahead of them, requests given back. Answers for each: requests granted, microseconds until all of it is free
 * again. Ahead of need at most half of what is left is granted, so that the last ones are not held
 * by one process while another is asked for them.
 *
 * The time is Redis' own. When that goes back (another server), no key refuses for longer than its whole limit takes.
 */
export const takeTokens: RedisScript = {
  name: 'rate-limit',
  text: `
local time=redis.call('TIME')
local now=time[1]*1000000+time[2]
local reply={}
for i,key in ipairs(KEYS) do
  local at=(i-1)*5
  local interval,burst=tonumber(ARGV[at+1]),tonumber(ARGV[at+2])
  local need,ahead,given=tonumber(ARGV[at+3]),tonumber(ARGV[at+4]),tonumber(ARGV[at+5])
  local before=tonumber(redis.call('GET',key) or 0) or 0
  local whole=math.min(before,now+burst*interval)-given*interval
  whole=math.max(whole,now)
  local left=math.floor((now+burst*interval-whole)/interval)
  local granted=math.min(need,left)
  if granted==need then granted=granted+math.min(ahead,math.floor((left-need)/2)) end
  whole=whole+granted*interval
  if whole>now then redis.call('SET',key,string.format('%.0f',whole),'PX',math.ceil((whole-now)/1000))
  elseif before>0 then redis.call('DEL',key) end
  reply[#reply+1]=granted
  reply[#reply+1]=whole-now
end
return reply`,
}
