import type { RedisEvents, RedisPort } from '../../src/shared/port.ts'
import type { Breakage } from './messages.ts'

/** A connection that keeps something from the cache, to show that the soak finds what comes of it. */
export function breakPort(port: RedisPort, broken: Breakage): RedisPort {
  return { ...port, start: (prefix, events) => port.start(prefix, kinds[broken](events)) }
}

const kinds: Record<Breakage, (events: RedisEvents) => RedisEvents> = {
  'ignore-notices': (events) => ({ ...events, changed: () => undefined }),
  'hide-gaps'(events) {
    let told = false
    return {
      ...events,
      lost: () => undefined,
      ready(server) {
        if (!told) events.ready(server)
        told = true
      },
    }
  },
}
