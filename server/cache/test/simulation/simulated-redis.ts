import type { RedisReply, RedisWord } from '../../src/shared/port.ts'
import type { ScriptName } from '../../src/shared/scripts.ts'
import { createKeyspace, Refusal } from './keyspace.ts'
import { type SimulatedReply, simulatedScripts } from './simulated-scripts.ts'
import type { VirtualTime } from './virtual-time.ts'

/** One command as it arrives; `track` is what a connection sends first. */
export type Request =
  | { kind: 'track'; prefix: string }
  | { kind: 'command'; words: readonly RedisWord[] }
  | { kind: 'script'; name: ScriptName; keys: readonly string[]; words: readonly RedisWord[] }

/**
 * What leaves the server on one connection, in this order. One notice names all keys of a turn; null: everything may
 * have changed.
 */
export type Message =
  | { kind: 'reply'; reply: RedisReply }
  | { kind: 'error'; words: string }
  | { kind: 'tracking'; tracking: boolean; runId: string }
  | { kind: 'notice'; keys: readonly string[] | null }

/** The server's end of a connection. */
export interface Connection {
  /** Takes what the server wrote in one of its turns. */
  deliver(messages: readonly Message[]): void
  /** The server went away. */
  gone(): void
  /** Null: nothing is tracked. */
  prefix: string | null
}

export interface SimulatedRedisOptions {
  time: VirtualTime
  random: () => number
  /** Whether clients may track. */
  tracking: boolean
  /** How far the server's clock is ahead of virtual time, in milliseconds. */
  clockOffset: number
}

/**
 * One Redis, as far as the protocol sees it. What arrives by the same moment is handled in one turn, in order of
 * arrival; notices leave when the turn ends, after all of its replies, as Redis sends them.
 */
export function createSimulatedRedis({ time, random, tracking, clockOffset }: SimulatedRedisOptions) {
  const connections = new Set<Connection>()
  let input: { from: Connection; request: Request }[] = []
  const changedKeys = new Set<string>()
  const output = new Map<Connection, Message[]>()
  let offset = clockOffset
  let runId = identifier(random)
  let isUp = true
  let pausedUntil = -Infinity
  let downUntil = -Infinity
  let fullUntil = -Infinity
  let clockSetAt = -Infinity
  let turnSet = false
  let turnOfLife = 0
  const now = () => Math.floor(time.now() + offset)
  const db = createKeyspace(now, (key) => void changedKeys.add(key))

  function write(to: Connection, message: Message): void {
    const messages = output.get(to)
    if (messages === undefined) output.set(to, [message])
    else messages.push(message)
  }

  function handle(from: Connection, request: Request): Message {
    if (request.kind === 'track') {
      from.prefix = tracking ? byteString(request.prefix) : null
      return { kind: 'tracking', tracking, runId }
    }
    db.command()
    try {
      const words = request.words.map(byteString)
      if (request.kind === 'command') return { kind: 'reply', reply: asReply(plain(words, from)) }
      const keys = request.keys.map(byteString)
      return {
        kind: 'reply',
        reply: asReply(simulatedScripts[request.name]({ db, keys, words, now: now() })),
      }
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'error', words: error.message }
      throw error
    }
  }

  function plain([name, ...words]: string[], from: Connection): SimulatedReply {
    switch (name?.toUpperCase()) {
      case 'PING':
        return 'PONG'
      case 'GET':
        return db.get(words[0]!) ?? null
      case 'MGET':
        return words.map((key) => db.get(key) ?? null)
      case 'DEL':
        return words.reduce((removed, key) => removed + db.del(key), 0)
      case 'SADD':
        return db.sadd(words[0]!, words.slice(1))
      case 'ZREM':
        return db.zrem(words[0]!, words[1]!)
      case 'SMEMBERS':
        return db.smembers(words[0]!)
      case 'PEXPIRE':
        return db.pexpire(words[0]!, words[1]!)
      case 'FLUSHALL':
        flush(from)
        return 'OK'
      default:
        throw new Refusal(`ERR unknown command '${name}'`)
    }
  }

  /** Redis tells of a flush at once, the one who asked for it behind the answer; of single keys when the turn ends. */
  function flush(by: Connection | null): void {
    db.flush()
    for (const connection of connections) {
      if (connection.prefix !== null && connection !== by) write(connection, { kind: 'notice', keys: null })
    }
  }

  function turn(): void {
    turnSet = false
    if (!isUp) return
    if (time.now() < pausedUntil) {
      wake()
      return
    }
    const requests = input
    input = []
    for (const { from, request } of requests) {
      if (!connections.has(from)) continue
      write(from, handle(from, request))
      const flushes = request.kind === 'command' && request.words[0] === 'FLUSHALL'
      if (flushes && from.prefix !== null) write(from, { kind: 'notice', keys: null })
    }
    const keys = [...changedKeys].sort()
    changedKeys.clear()
    for (const connection of connections) {
      const { prefix } = connection
      if (prefix === null) continue
      const told = keys.filter((key) => key.startsWith(prefix))
      if (told.length > 0) write(connection, { kind: 'notice', keys: told.map(text) })
    }
    const written = [...output]
    output.clear()
    for (const [connection, messages] of written) connection.deliver(messages)
  }

  function wake(): void {
    if (turnSet) return
    turnSet = true
    const life = turnOfLife
    time.setTimeout(
      () => {
        if (life === turnOfLife) turn()
      },
      Math.max(0, pausedUntil - time.now()),
    )
  }

  function dropAll(): void {
    const gone = [...connections]
    connections.clear()
    input = []
    output.clear()
    changedKeys.clear()
    for (const connection of gone) connection.gone()
  }

  return {
    db,
    isUp: () => isUp,
    now,
    /** False when nobody listens. */
    connect(connection: Connection): boolean {
      if (isUp) connections.add(connection)
      return isUp
    },
    receive(from: Connection, request: Request): void {
      input.push({ from, request })
      wake()
    },
    /** Handles nothing for `ms`. */
    pause(ms: number) {
      pausedUntil = Math.max(pausedUntil, time.now() + ms)
    },
    /** Refuses what needs memory for `ms`. */
    fill(ms: number) {
      fullUntil = Math.max(fullUntil, time.now() + ms)
      db.setFull(true)
      time.setTimeout(() => db.setFull(time.now() < fullUntil), ms)
    },
    flushAll() {
      db.command()
      flush(null)
      wake()
    },
    /** As memory pressure or active expiry do: the keys go, and those who track them are told. */
    evict(keys: readonly string[]) {
      db.command()
      for (const key of keys) db.evict(key)
      wake()
    },
    /** Writes bytes that are no record; Redis knows no difference. */
    poison(key: string, bytes: string) {
      if (db.isFull()) return
      db.command()
      db.set(key, bytes, '60000')
      wake()
    },
    /** When its clock was last set, in virtual milliseconds. */
    clockSetAt: () => clockSetAt,
    /** Until when it could last not be relied on to answer, in virtual milliseconds. */
    awayUntil: () => Math.max(pausedUntil, downUntil, fullUntil),
    /** Goes away and comes back after `downMs` under another run_id, without its last commands. */
    restart({ lose, downMs, offsetBy = 0 }: { lose: number; downMs: number; offsetBy?: number }) {
      isUp = false
      downUntil = time.now() + downMs
      turnOfLife += 1
      turnSet = false
      dropAll()
      db.lose(lose)
      db.forgetJournal()
      runId = identifier(random)
      if (offsetBy !== 0) clockSetAt = time.now()
      offset += offsetBy
      const life = turnOfLife
      time.setTimeout(() => {
        if (life === turnOfLife) isUp = true
      }, downMs)
    },
    /** The clock of the server is set. */
    setClock(by: number) {
      offset += by
      clockSetAt = time.now()
    },
  }
}

export type SimulatedRedis = ReturnType<typeof createSimulatedRedis>

function identifier(random: () => number): string {
  return Math.floor(random() * 2 ** 52).toString(16)
}

// oxlint-disable-next-line no-control-regex -- ASCII is what this looks for
const ascii = /^[\u0000-\u007F]*$/

/** One character for each byte of what goes over the wire. */
export function byteString(word: RedisWord): string {
  if (typeof word !== 'string')
    return Buffer.from(word.buffer, word.byteOffset, word.byteLength).toString('latin1')
  return ascii.test(word) ? word : Buffer.from(word, 'utf8').toString('latin1')
}

const text = (bytes: string) => (ascii.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8'))

function asReply(reply: SimulatedReply): RedisReply {
  if (typeof reply === 'string') return Buffer.from(reply, 'latin1')
  return Array.isArray(reply) ? reply.map(asReply) : (reply as number | null)
}
