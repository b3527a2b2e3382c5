/**
 * The scripts of the as-of protocol (docs/decisions/007-as-of.md). Each begins with KEYS[1], the clock hash, and
 * ARGV[1], a fresh random epoch that is used only if Redis has lost its own. The epoch lies beside the hash a second
 * time, as a text that an MGET can ask for. A mark is `hard [soft softAt]`: stamps of
 * the last invalidation and the last expiry, and when that was in milliseconds; the mark of a namespace is
 * `newest floor` and a line `stamp h|s at pattern` for each pattern. A missing mark is created as the current stamp:
 * losing one causes misses, never resurrection. What is not of its form counts as missing. So does a
 * mark above the counter: it is left of a counter that was lost, and would refuse every fill.
 *
 * What `drop` is to reach is listed before it is stored, by the scripts themselves: the list may have been lost with
 * the clock. Where the nodes were lost, they have a member `?` as old as their list: while it counts as alive, others
 * that are alive may not have entered again.
 *
 * What `age` makes stale has been so for a second, and what has no stale window is over for as long: processes know
 * this clock to a few milliseconds only, and none may still take it for fresh.
 */
export const scripts = {
  /**
   * KEYS clock, nodes · ARGV epoch, run_id ('' trusts a failover), node, first (or again, on the same connection).
   * Answers epoch, stamp, milliseconds. Another server, or a restarted one, may have lost acknowledged marks: it
   * begins a new epoch.
   */
  attach: `
local again=ARGV[4]=='again'
if again and ARGV[2]~='' then redis.call('HSETNX',KEYS[1],'r',ARGV[2]) end
if not again and ARGV[2]~='' and redis.call('HGET',KEYS[1],'r')~=ARGV[2] then
  redis.call('HSET',KEYS[1],'r',ARGV[2])
  renew()
end
tellEpoch()
enter(ARGV[3],isNew and not again)
return {c[1],tonumber(c[2]),now}`,

  /** KEYS clock · ARGV epoch. Begins a new epoch: nothing that is stored belongs to it. */
  renew: `
renew()
return {c[1],tonumber(c[2]),now}`,

  /**
   * KEYS clock, nodes, lease… · ARGV epoch, node, milliseconds a lease lasts, lease values…
   * Answers epoch, stamp, milliseconds. Prolongs the leases that are still held.
   */
  beat: `
tellEpoch()
enter(ARGV[2],false)
redis.call('ZREMRANGEBYSCORE',KEYS[2],'-inf',now-60000)
for i=3,#KEYS do
  if read(KEYS[i])==ARGV[i+1] then redis.call('PEXPIRE',KEYS[i],ARGV[3]) end
end
return {c[1],tonumber(c[2]),now}`,

  /** KEYS clock, mark… · ARGV epoch, milliseconds a mark lives. Answers epoch, stamp, milliseconds, marks. */
  marks: `
local m={}
for i=2,#KEYS do m[#m+1]=mark(KEYS[i],ARGV[2]) end
return {c[1],tonumber(c[2]),now,m}`,

  /**
   * KEYS clock, entry, lease, mark… · ARGV epoch, token, milliseconds a lease lasts, the id of the entry known to be
   * of no use or to be replaced, milliseconds a mark lives.
   * Answers epoch, stamp, milliseconds, another entry than the known one or nil, 1 if the lease was granted, marks.
   * A lease is granted where there is no entry but the known one and nobody holds it, or a mark has overtaken its
   * holder, whose fill would be refused.
   */
  open: `
local m={}
for i=4,#KEYS do m[#m+1]=mark(KEYS[i],ARGV[5]) end
local entry=read(KEYS[2])
local id=idOf(entry)
if id and id~=ARGV[4] then return {c[1],tonumber(c[2]),now,entry,0,m} end
local lease=read(KEYS[3])
local asOf=lease and tonumber(string.match(lease,'^%d+'))
local free=not asOf
if asOf then
  for i=1,#m do if hard(m[i])>asOf then free=true end end
end
if free then
  local namespace,version=string.match(KEYS[3],'^[^:]*:([^@]*)@([^:]*):')
  ensure(namespace,version)
  redis.call('SET',KEYS[3],c[2]..':'..ARGV[2],'PX',ARGV[3])
end
return {c[1],tonumber(c[2]),now,false,free and 1 or 0,m}`,

  /**
   * KEYS clock, entry, lease, mark… · ARGV epoch, lease value, epoch of the load, asOf, milliseconds to keep, record,
   * milliseconds a mark lives. Answers epoch, stamp, milliseconds, 1 if stored, marks (none if the lease was lost).
   * What is refused takes with it what lay there before: its callers have seen something newer.
   */
  fill: `
if read(KEYS[3])~=ARGV[2] then return {c[1],tonumber(c[2]),now,0,{}} end
redis.call('DEL',KEYS[3])
if c[1]~=ARGV[3] then return {c[1],tonumber(c[2]),now,0,{}} end
local m={}
local stored=1
for i=4,#KEYS do
  m[#m+1]=mark(KEYS[i],ARGV[7])
  if hard(m[#m])>tonumber(ARGV[4]) then stored=0 end
end
if stored==1 then redis.call('SET',KEYS[2],ARGV[6],'PX',ARGV[5]) else redis.call('DEL',KEYS[2]) end
return {c[1],tonumber(c[2]),now,stored,m}`,

  /**
   * KEYS clock, lease, entry, key mark · ARGV epoch, lease value, the id of an entry that is gone at the origin, or '',
   * milliseconds a key mark lives. Gives the lease back unless it was lost, and drops that very entry, which all
   * processes hear of; who has stored another meanwhile keeps it.
   */
  release: `
if read(KEYS[2])==ARGV[2] then redis.call('DEL',KEYS[2]) end
if ARGV[3]~='' and idOf(read(KEYS[3]))==ARGV[3] then
  redis.call('DEL',KEYS[3])
  redis.call('SET',KEYS[4],c[2],'PX',ARGV[4])
end
return {c[1],tonumber(c[2]),now}`,

  /**
   * KEYS clock, prefix of entries, prefix of leases, prefix of key marks, scope mark, tag mark… · ARGV epoch,
   * namespace, version, name, id, what follows asOf in the record, milliseconds to keep, milliseconds a mark lives,
   * milliseconds a key mark lives. Invalidates the key and stores the record as of that very stamp.
   * Answers epoch, stamp, milliseconds, how many entries were there, marks.
   */
  set: `
local n=redis.call('HINCRBY',KEYS[1],'c',1)
newest=n
ensure(ARGV[2],ARGV[3])
local removed=drop(ARGV[2],ARGV[4],KEYS[2],KEYS[3])
redis.call('SET',KEYS[4]..ARGV[2]..':'..ARGV[4],n,'PX',ARGV[9])
local m={}
for i=5,#KEYS do m[#m+1]=mark(KEYS[i],ARGV[8]) end
local place=KEYS[2]..ARGV[2]..'@'..ARGV[3]..':'..ARGV[4]
redis.call('SET',place,'1\\t'..ARGV[5]..'\\t'..c[1]..'\\t'..n..'\\t'..ARGV[6],'PX',ARGV[7])
return {c[1],n,now,removed,m}`,

  /**
   * KEYS clock, prefix of entries, prefix of leases, prefix of key marks, nodes, ack mark (or the clock: none), tag mark…,
   * scope mark… · ARGV epoch, h (invalidate) or s (expire), number of tag marks, number of scope marks, milliseconds a mark lives,
   * milliseconds a key mark lives, milliseconds since a node was last alive, a pattern for each scope mark, then
   * (namespace, name) of each key. Answers epoch, stamp, milliseconds, entries dropped, nodes alive,
   * with `?` among them where others may be missing.
   */
  invalidate: `
local n=redis.call('HINCRBY',KEYS[1],'c',1)
newest=n
local isHard=ARGV[2]=='h'
local tags=tonumber(ARGV[3])
local scopes=tonumber(ARGV[4])
for i=7,6+tags do
  local value=n
  if not isHard then value=hard(mark(KEYS[i],ARGV[5]))..' '..n..' '..whole(now) end
  redis.call('SET',KEYS[i],value,'PX',ARGV[5])
end
for i=1,scopes do
  local key=KEYS[6+tags+i]
  local old=mark(key,ARGV[5])
  local floor=string.match(old,'^%d+ (%d+)') or c[2]
  local lines={}
  for line in string.gmatch(old,'\\n([^\\n]+)') do lines[#lines+1]=line end
  lines[#lines+1]=n..' '..ARGV[2]..' '..whole(now)..' '..ARGV[7+i]
  if #lines>64 then floor=string.match(table.remove(lines,1),'^%d+') end
  redis.call('SET',key,n..' '..floor..'\\n'..table.concat(lines,'\\n'),'PX',ARGV[5])
end
local removed=0
for i=8+scopes,#ARGV,2 do
  if isHard then removed=removed+drop(ARGV[i],ARGV[i+1],KEYS[2],KEYS[3])
  else age(ARGV[i],ARGV[i+1],KEYS[2],KEYS[3]) end
  redis.call('SET',KEYS[4]..ARGV[i]..':'..ARGV[i+1],n,'PX',ARGV[6])
end
if KEYS[6]~=KEYS[1] then redis.call('SET',KEYS[6],n,'PX',ARGV[6]) end
local nodes=redis.call('ZRANGEBYSCORE',KEYS[5],now-tonumber(ARGV[7]),'+inf')
if redis.call('EXISTS',KEYS[5])==0 then nodes={'?'} end
return {c[1],n,now,removed,nodes}`,
} as const

export type ScriptName = keyof typeof scripts

/** What every script begins with. */
const preamble = `
local c=redis.call('HMGET',KEYS[1],'e','c')
local isNew=not c[1] or not tonumber(c[2])
local function tellEpoch() redis.call('SET',string.sub(KEYS[1],1,-2)..'e',c[1]) end
local function renew()
  c[1]=ARGV[1]
  redis.call('HSET',KEYS[1],'e',c[1])
  tellEpoch()
end
if isNew then
  c[2]='1'
  redis.call('HSET',KEYS[1],'c',c[2])
  renew()
end
local newest=tonumber(c[2])
local t=redis.call('TIME')
local now=t[1]*1000+math.floor(t[2]/1000)
local function whole(number) return string.format('%.0f',number) end
local function read(key)
  local value=redis.pcall('GET',key)
  return type(value)=='string' and value
end
local function idOf(entry)
  local id=entry and string.match(entry,'^1\\t([%w_-]+)\\t')
  return id and #id<=64 and id
end
local function mark(key,ms)
  local value=read(key)
  local first,second=string.match(value or '','^(%d+) ?(%d*)')
  if not first or math.max(tonumber(first),tonumber(second) or 0)>newest then
    value=c[2]..' '..c[2]
    redis.call('SET',key,value,'PX',ms)
  end
  return value
end
local function hard(value) return tonumber(string.match(value,'^%d+')) end
local function versions(namespace)
  return string.gmatch(redis.call('HGET',KEYS[1],'v:'..namespace) or '','[^,]+')
end
local function ensure(namespace,version)
  local all={version}
  for known in versions(namespace) do
    if known==version then return end
    if #all<16 then all[#all+1]=known end
  end
  redis.call('HSET',KEYS[1],'v:'..namespace,table.concat(all,','))
end
local function enter(node,isFirst)
  if not isFirst and redis.call('EXISTS',KEYS[2])==0 then redis.call('ZADD',KEYS[2],now,'?') end
  redis.call('ZADD',KEYS[2],now,node)
end
local function drop(namespace,name,entries,leases)
  local removed=0
  for version in versions(namespace) do
    local place=namespace..'@'..version..':'..name
    removed=removed+redis.call('DEL',entries..place)
    redis.call('DEL',leases..place)
  end
  return removed
end
local function age(namespace,name,entries,leases)
  local ended=math.max(0,now-1000)
  for version in versions(namespace) do
    local place=namespace..'@'..version..':'..name
    local entry=read(entries..place)
    local left=redis.call('PTTL',entries..place)
    if entry and left>0 then
      local head,fresh,stale,rest=string.match(entry,'^(1\\t[^\\t]*\\t[^\\t]*\\t%d+\\t)(%d+)\\t(%d+)(\\t.*)$')
      if head and tonumber(fresh)>now then
        local window=tonumber(stale)-tonumber(fresh)
        local aged=head..whole(ended)..'\\t'..whole(window>0 and now+window or ended)..rest
        redis.call('SET',entries..place,aged,'PX',left)
      end
    end
    redis.call('DEL',leases..place)
  end
end
`

/** The whole text of a script, as Redis gets it. */
export const scriptText = (name: ScriptName): string => preamble + scripts[name]
