import { scriptText } from '../../src/shared/scripts.ts'
import {
  byteString,
  type Connection,
  createSimulatedRedis,
  type Message,
  type Request,
} from './simulated-redis.ts'
import { createVirtualTime } from './virtual-time.ts'
import type { Plain, Wire, Wired } from './wire.ts'

/** A key: what it holds, in order, and how long it still lives in milliseconds; -1 is for ever. */
interface Held {
  value: Plain
  left: number
}

const prefix = '{app}m'

/** What is sent to the real server for a request. */
function words(request: Request): string[] {
  if (request.kind === 'track') return ['CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', request.prefix]
  const own = request.words.map(byteString)
  if (request.kind === 'command') return own
  return [
    'EVAL',
    scriptText(request.name),
    String(request.keys.length),
    ...request.keys.map(byteString),
    ...own,
  ]
}

/** A message of the simulated server as the wire shows it. */
function wired(message: Message): Wired {
  if (message.kind === 'reply') return { kind: 'reply', reply: plain(message.reply) }
  if (message.kind === 'error') return { kind: 'error', words: '' }
  const keys = message.kind === 'notice' ? message.keys : null
  return { kind: 'notice', keys: keys === null ? null : keys.map(byteString) }
}

function plain(reply: unknown): Plain {
  if (reply instanceof Uint8Array) return Buffer.from(reply).toString('latin1')
  return Array.isArray(reply) ? reply.map(plain) : (reply as Plain)
}

/** One notice for each key; errors by their being one. */
const comparable = (heard: readonly Wired[]): Wired[] =>
  heard.flatMap((message): Wired | Wired[] => {
    if (message.kind === 'error') return { kind: 'error', words: '' }
    if (message.kind !== 'notice' || message.keys === null) return message
    return (message.keys as Plain[]).map((key) => ({ kind: 'notice', keys: [key] }))
  })

/** A simulated server and the real one behind `wire`, both empty, both tracking. */
export async function startPair(wire: Wire) {
  await wire.exchange([['CLIENT', 'TRACKING', 'OFF'], ['FLUSHALL'], words({ kind: 'track', prefix })])
  const time = createVirtualTime()
  const heard: Message[] = []
  const connection: Connection = {
    prefix: null,
    deliver: (messages) => void heard.push(...messages),
    gone: () => {},
  }
  const server = createSimulatedRedis({ time, random: Math.random, tracking: true, clockOffset: 0 })
  server.connect(connection)
  server.receive(connection, { kind: 'track', prefix })
  await time.advance(0)

  const exchange = async (commands: readonly (readonly string[])[]) =>
    comparable(await wire.exchange(commands))

  async function ask(...command: string[]): Promise<Plain> {
    const [answer] = await exchange([command])
    if (answer?.kind !== 'reply') throw new Error(`Redis refused ${command.join(' ')}`)
    return answer.reply
  }

  async function readReal(key: string): Promise<Held> {
    const left = (await ask('PTTL', key)) as number
    switch (await ask('TYPE', key)) {
      case 'hash':
        return { left, value: sortedPairs((await ask('HGETALL', key)) as string[]) }
      case 'zset':
        return {
          left,
          value: ((await ask('ZRANGE', key, '0', '-1', 'WITHSCORES')) as Plain[]).flat().map(String),
        }
      default:
        return { left, value: await ask('GET', key) }
    }
  }

  function readSimulated(key: string, value: string | ReadonlyMap<string, string | number>): Held {
    if (typeof value === 'string') return { value, left: server.db.pttl(key) }
    const isScores = value.values().some((score) => typeof score === 'number')
    if (!isScores) return { value: sortedPairs([...value].flat().map(String)), left: -1 }
    const members = server.db.zfrom(key, -Infinity)
    return { value: members.flatMap((member) => [member, String(value.get(member))]), left: -1 }
  }

  return {
    keys: () => server.db.keys().sort(),
    simulatedTime: () => time.now(),
    /** Milliseconds of the real server. */
    async realTime(): Promise<number> {
      const [seconds, micros] = (await ask('TIME')) as string[]
      return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
    },
    /** What the real server answers and tells; one notice for each key. */
    real: (requests: readonly Request[]) => exchange(requests.map(words)),
    /** Lets the simulated server do the same at the given time. */
    async simulate(requests: readonly Request[], at: number): Promise<Wired[]> {
      if (at > time.now()) await time.advance(at - time.now())
      heard.length = 0
      for (const request of requests) server.receive(connection, request)
      await time.advance(0)
      return comparable(heard.map(wired))
    },
    /** Removes a key from both, as eviction does. What each of them tells. */
    async remove(key: string): Promise<[Wired[], Wired[]]> {
      const [, ...real] = await exchange([['DEL', key]])
      heard.length = 0
      server.evict([key])
      await time.advance(0)
      return [comparable(heard.map(wired)), real]
    },
    /** Writes bytes into both that are no record. */
    async poison(key: string, bytes: string): Promise<void> {
      await exchange([['SET', key, bytes, 'PX', '60000']])
      server.poison(key, bytes)
      await time.advance(0)
    },
    /** What both of them hold now. */
    async held(): Promise<[Map<string, Held>, Map<string, Held>]> {
      const real = new Map<string, Held>()
      for (const key of ((await ask('KEYS', '*')) as string[]).toSorted()) real.set(key, await readReal(key))
      const simulated = new Map<string, Held>()
      for (const [key, { value }] of server.db.dump()) simulated.set(key, readSimulated(key, value))
      return [simulated, real]
    },
  }
}

export type RedisPair = Awaited<ReturnType<typeof startPair>>

const sortedPairs = (flat: readonly string[]) =>
  flat
    .flatMap((field, index) => (index % 2 === 0 ? [[field, flat[index + 1]!] as const] : []))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
