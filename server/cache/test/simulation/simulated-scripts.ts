import type { ScriptName } from '../../src/shared/scripts.ts'
import type { Keyspace } from './keyspace.ts'

/** What a script answers; strings are byte strings and become buffers. */
export type SimulatedReply = string | number | null | readonly SimulatedReply[]

/** KEYS and ARGV, counted from 0, and the milliseconds of the server. */
interface Call {
  db: Keyspace
  keys: readonly string[]
  words: readonly string[]
  now: number
}

/** What every script begins with; see the preamble of src/shared/scripts.ts. */
function begin({ db, keys, words, now }: Call) {
  const clock = keys[0]!
  let [epoch, stamp] = [db.hget(clock, 'e'), db.hget(clock, 'c')]
  const tellEpoch = (now: string) => db.set(`${clock.slice(0, -1)}e`, now, null)
  const isNew = epoch === undefined || stamp === undefined || !/^[0-9]+$/.test(stamp)
  if (epoch === undefined || stamp === undefined || !/^[0-9]+$/.test(stamp)) {
    epoch = words[0]!
    stamp = '1'
    db.hset(clock, { e: epoch, c: stamp })
    tellEpoch(epoch)
  }
  const before = stamp
  let newest = Number(stamp)
  const versions = (namespace: string): readonly string[] =>
    (db.hget(clock, `v:${namespace}`) ?? '').match(/[^,]+/g) ?? []

  return {
    clock,
    epoch,
    /** The stamp when the script began. */
    stamp: before,
    /** Advances the counter. */
    advance: () => (newest = db.hincrby(clock, 'c', 1)),
    ensure(namespace: string, version: string): void {
      const known = versions(namespace)
      if (known.includes(version)) return
      db.hset(clock, { [`v:${namespace}`]: [version, ...known.slice(0, 15)].join(',') })
    },
    isNew,
    tellEpoch,
    renew(): string {
      db.hset(clock, { e: words[0]! })
      tellEpoch(words[0]!)
      return words[0]!
    },
    enter(nodes: string, node: string, isFirst: boolean): void {
      if (!isFirst && !db.has(nodes)) db.zadd(nodes, now, '?')
      db.zadd(nodes, now, node)
    },
    answer: (...rest: SimulatedReply[]): SimulatedReply => [epoch, Number(stamp), now, ...rest],
    mark(key: string, ms: string): string {
      const known = db.get(key)
      const stamps = /^([0-9]+) ?([0-9]*)/.exec(known ?? '')
      const isAbove = stamps !== null && Math.max(Number(stamps[1]), Number(stamps[2])) > newest
      if (known !== undefined && stamps !== null && !isAbove) return known
      const value = `${before} ${before}`
      db.set(key, value, ms)
      return value
    },
    drop(namespace: string, name: string, [entries, leases]: readonly [string, string]): number {
      let removed = 0
      for (const version of versions(namespace)) {
        const place = `${namespace}@${version}:${name}`
        removed += db.del(entries + place)
        db.del(leases + place)
      }
      return removed
    },
    age(namespace: string, name: string, [entries, leases]: readonly [string, string]): void {
      for (const version of versions(namespace)) {
        const place = `${namespace}@${version}:${name}`
        const entry = db.get(entries + place)
        const left = db.pttl(entries + place)
        const aged = entry === undefined || left <= 0 ? undefined : agedRecord(entry, now)
        if (aged !== undefined) db.set(entries + place, aged, String(left))
        db.del(leases + place)
      }
    },
  }
}

const idOf = (entry: string | undefined) => /^1\t([\w-]{1,64})\t/.exec(entry ?? '')?.[1]

const recordHead = /^(1\t[^\t]*\t[^\t]*\t[0-9]+\t)([0-9]+)\t([0-9]+)(\t[\s\S]*)$/

function agedRecord(entry: string, now: number): string | undefined {
  const found = recordHead.exec(entry)
  if (found === null || !(Number(found[2]) > now)) return undefined
  const ended = Math.max(0, now - 1000)
  const window = Number(found[3]) - Number(found[2])
  const stale = window > 0 ? now + window : ended
  return `${found[1]}${ended.toFixed(0)}\t${stale.toFixed(0)}${found[4]}`
}

/** The number that a mark begins with. */
const leading = (mark: string) => Number(/^[0-9]+/.exec(mark)![0])

function attach(call: Call): SimulatedReply {
  const { db, words, now } = call
  const script = begin(call)
  let { epoch } = script
  const [, runId, node, when] = words as string[]
  const known = db.hget(script.clock, 'r')
  if (when === 'again' && runId !== '' && known === undefined) db.hset(script.clock, { r: runId! })
  if (when !== 'again' && runId !== '' && known !== runId) {
    db.hset(script.clock, { r: runId! })
    epoch = script.renew()
  }
  script.tellEpoch(epoch)
  script.enter(call.keys[1]!, node!, script.isNew && when !== 'again')
  return [epoch, Number(script.stamp), now]
}

function renew(call: Call): SimulatedReply {
  const script = begin(call)
  return [script.renew(), Number(script.stamp), call.now]
}

function beat(call: Call): SimulatedReply {
  const { db, keys, words, now } = call
  const script = begin(call)
  script.tellEpoch(script.epoch)
  script.enter(keys[1]!, words[1]!, false)
  db.zremUpTo(keys[1]!, now - 60_000)
  for (let index = 2; index < keys.length; index++) {
    if (db.get(keys[index]!) === words[index + 1]) db.pexpire(keys[index]!, words[2]!)
  }
  return script.answer()
}

function marks(call: Call): SimulatedReply {
  const script = begin(call)
  return script.answer(call.keys.slice(1).map((key) => script.mark(key, call.words[1]!)))
}

function open(call: Call): SimulatedReply {
  const { db, keys, words } = call
  const script = begin(call)
  const known = keys.slice(3).map((key) => script.mark(key, words[4]!))
  const entry = db.get(keys[1]!)
  const id = idOf(entry)
  if (id !== undefined && id !== words[3]) return script.answer(entry!, 0, known)
  const lease = db.get(keys[2]!)
  const asOf = lease === undefined ? undefined : /^[0-9]+/.exec(lease)?.[0]
  const free = asOf === undefined || known.some((mark) => leading(mark) > Number(asOf))
  if (free) {
    const [, namespace, version] = /^[^:]*:([^@]*)@([^:]*):/.exec(keys[2]!)!
    script.ensure(namespace!, version!)
    db.set(keys[2]!, `${script.stamp}:${words[1]}`, words[2]!)
  }
  return script.answer(null, free ? 1 : 0, known)
}

function fill(call: Call): SimulatedReply {
  const { db, keys, words } = call
  const script = begin(call)
  if (db.get(keys[2]!) !== words[1]) return script.answer(0, [])
  db.del(keys[2]!)
  if (script.epoch !== words[2]) return script.answer(0, [])
  const known: string[] = []
  let stored = 1
  for (const key of keys.slice(3)) {
    const value = script.mark(key, words[6]!)
    known.push(value)
    if (leading(value) > Number(words[3])) stored = 0
  }
  if (stored === 1) db.set(keys[1]!, words[5]!, words[4]!)
  else db.del(keys[1]!)
  return script.answer(stored, known)
}

function release(call: Call): SimulatedReply {
  const { db, keys, words } = call
  const script = begin(call)
  if (db.get(keys[1]!) === words[1]) db.del(keys[1]!)
  if (words[2] !== '' && idOf(db.get(keys[2]!)) === words[2]) {
    db.del(keys[2]!)
    db.set(keys[3]!, script.stamp, words[3]!)
  }
  return script.answer()
}

function set(call: Call): SimulatedReply {
  const { db, keys, words, now } = call
  const script = begin(call)
  const [, namespace, version, name, id, tail, keepMs, markMs, keyMarkMs] = words as string[]
  const stamp = script.advance()
  script.ensure(namespace!, version!)
  const removed = script.drop(namespace!, name!, [keys[1]!, keys[2]!])
  db.set(`${keys[3]}${namespace}:${name}`, String(stamp), keyMarkMs!)
  const known = keys.slice(4).map((key) => script.mark(key, markMs!))
  const record = `1\t${id}\t${script.epoch}\t${stamp}\t${tail}`
  db.set(`${keys[1]}${namespace}@${version}:${name}`, record, keepMs!)
  return [script.epoch, stamp, now, removed, known]
}

function invalidate(call: Call): SimulatedReply {
  const { db, keys, words, now } = call
  const script = begin(call)
  const [, kind, tagCount, scopeCount, markMs, keyMarkMs, aliveMs] = words as string[]
  const isHard = kind === 'h'
  const stamp = script.advance()
  const tagsEnd = 6 + Number(tagCount)
  const scopesEnd = tagsEnd + Number(scopeCount)
  for (const key of keys.slice(6, tagsEnd)) {
    const value = isHard ? String(stamp) : `${leading(script.mark(key, markMs!))} ${stamp} ${now.toFixed(0)}`
    db.set(key, value, markMs!)
  }
  for (const [index, key] of keys.slice(tagsEnd, scopesEnd).entries()) {
    const line = `${stamp} ${kind} ${now.toFixed(0)} ${words[7 + index]}`
    const old = script.mark(key, markMs!)
    const floor = /^[0-9]+ ([0-9]+)/.exec(old)?.[1] ?? script.stamp
    db.set(key, withLine(old, { stamp, floor, line }), markMs!)
  }
  let removed = 0
  for (let index = 7 + Number(scopeCount); index < words.length; index += 2) {
    const [namespace, name] = [words[index]!, words[index + 1]!]
    if (isHard) removed += script.drop(namespace, name, [keys[1]!, keys[2]!])
    else script.age(namespace, name, [keys[1]!, keys[2]!])
    db.set(`${keys[3]}${namespace}:${name}`, String(stamp), keyMarkMs!)
  }
  if (keys[5] !== keys[0]) db.set(keys[5]!, String(stamp), keyMarkMs!)
  const nodes = db.has(keys[4]!) ? db.zfrom(keys[4]!, now - Number(aliveMs)) : ['?']
  return [script.epoch, stamp, now, removed, nodes]
}

/** The mark of a namespace with one more pattern; the oldest goes beyond 64, and becomes the floor. */
function withLine(old: string, given: { stamp: number; floor: string; line: string }): string {
  let { floor } = given
  const lines = [...old.matchAll(/\n([^\n]+)/g)].map((found) => found[1]!)
  lines.push(given.line)
  if (lines.length > 64) floor = /^[0-9]+/.exec(lines.shift()!)![0]
  return `${given.stamp} ${floor}\n${lines.join('\n')}`
}

/** The scripts of src/shared/scripts.ts in TypeScript; a test plays both and compares. */
export const simulatedScripts: Record<ScriptName, (call: Call) => SimulatedReply> = {
  attach,
  renew,
  beat,
  marks,
  open,
  fill,
  release,
  set,
  invalidate,
}
