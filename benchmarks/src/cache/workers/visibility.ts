import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'redis'
import { serve } from '../../workers/serve.ts'
import { hotpath } from '../contestants/hotpath.ts'

/** One process of a fleet: writes and publishes, or watches what the writer does. */
export interface VisibilityOptions {
  redisUrl: string
  keys: number
}

const channelName = 'bench:published'
const keyOf = (id: number) => `watched:${id}`
const tagOf = (id: number) => `tag:${id}`
/** Milliseconds of a clock that all processes of this machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

async function create({ redisUrl, keys }: VisibilityOptions) {
  const cache = await hotpath({ redisUrl, memoryEntries: 10 * keys, tags: true })
  const publisher = await createClient({ url: redisUrl }).connect()
  const subscriber = await createClient({ url: redisUrl }).connect()
  const seen: number[] = []
  const received: number[] = []
  let watching = false
  await subscriber.subscribe(channelName, () => received.push(now()))
  /** The writer invalidates one key after the other, so one key is looked at. */
  const look = () => {
    if (!watching) return
    while (seen.length < keys && cache.peek?.(keyOf(seen.length)) === undefined) seen.push(now())
  }
  afterEachChunk(look)

  return {
    async fill(): Promise<void> {
      for (let id = 0; id < keys; id++) await cache.set(keyOf(id), { id }, [tagOf(id)])
    },
    /** Takes all keys into this process' memory and looks at them from now on. */
    async watch(): Promise<void> {
      watching = false
      for (let id = 0; id < keys; id++) {
        const load = () => Promise.reject(new Error('The writer had filled this.'))
        await cache.getOrLoad(keyOf(id), load)
        if (cache.peek?.(keyOf(id)) === undefined) throw new Error(`${keyOf(id)} is not in memory.`)
      }
      seen.length = received.length = 0
      watching = true
    },
    /** When each key was invalidated, and each message published, in turn. */
    async write(pauseMs: number) {
      const [invalidated, published]: [number[], number[]] = [[], []]
      for (let id = 0; id < keys; id++) {
        invalidated.push(now())
        await cache.invalidateTag?.(tagOf(id))
        await sleep(pauseMs)
        published.push(now())
        await publisher.publish(channelName, String(id))
        await sleep(pauseMs)
      }
      return { invalidated, published }
    },
    /** When each old value was first refused here, and each message came. */
    observed: () => ({ seen, received }),
  }
}

/**
 * Looks whenever this process has read from a socket and handled it, and once more a turn later: as soon as a loop that
 * polls without pause would, without taking a core from what is measured.
 */
function afterEachChunk(look: () => void): void {
  const emit = Socket.prototype.emit as (event: unknown, ...args: unknown[]) => boolean
  Socket.prototype.emit = function (this: Socket, event: unknown, ...args: unknown[]) {
    const handled = emit.call(this, event, ...args)
    if (event === 'data') {
      look()
      setImmediate(look)
    }
    return handled
  }
}

export type VisibilityMethods = Awaited<ReturnType<typeof create>>

serve(create)
