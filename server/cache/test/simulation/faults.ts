import type { Fault } from './history.ts'
import type { Process } from './process.ts'
import type { SimulatedRedis } from './simulated-redis.ts'

export interface FaultParts {
  server: SimulatedRedis
  random: () => number
  process: (index: number) => Process
  /** Ends a process and starts another in its place. */
  replace: (index: number) => void
  /** Remembers that things are not as usual for so many milliseconds from now. */
  disturb: (ms: number) => void
}

/** How long Redis is out of memory, in milliseconds. */
const fullMs = 900

/** What bytes that are no record look like. */
const poisons = { empty: '', header: '1\tid\tepoch\t1\t2\t3\n{}', cut: '1\tid\tep' }

const prefixes = {
  entries: '{app}k:',
  marks: '{app}m',
  leases: '{app}l:',
  clock: '{app}c',
  epoch: '{app}e',
  all: '{app}',
}

/** Lets one thing go wrong. */
export function applyFault(fault: Fault, { server, random, process, replace, disturb }: FaultParts): void {
  switch (fault.kind) {
    case 'drop':
      disturb(fault.noticedAfter)
      process(fault.process).port.drop(fault)
      return
    case 'stallLink':
      disturb(fault.ms)
      process(fault.process).port.stall(fault, fault.ms)
      return
    case 'stallProcess':
      disturb(fault.ms)
      process(fault.process).host.stall(fault.ms)
      return
    case 'pauseRedis':
      disturb(fault.ms)
      server.pause(fault.ms)
      return
    case 'duplicate':
      process(fault.process).port.duplicate(3)
      return
    case 'crash':
      disturb(0)
      replace(fault.process)
      return
    case 'flush':
      disturb(0)
      server.flushAll()
      return
    case 'full':
      disturb(fullMs)
      server.fill(fullMs)
      return
    case 'evict': {
      disturb(0)
      const among = server.db.keys().filter((key) => key.startsWith(prefixes[fault.what]))
      server.evict(among.filter(() => random() < fault.share))
      return
    }
    case 'poison': {
      disturb(0)
      for (const key of server.db.keys()) {
        if (key.startsWith(prefixes.entries)) server.poison(key, poisons[fault.bytes])
      }
      return
    }
    case 'restart':
      disturb(fault.downMs)
      server.restart({ lose: fault.lose, downMs: fault.downMs, offsetBy: fault.clockBy })
      return
    case 'setClock':
      disturb(0)
      server.setClock(fault.by)
  }
}
