import type { Cut, LateCall, Read } from './messages.ts'
import { createSpans, type Spans } from './spans.ts'
import { createStaircase, type Staircase } from './staircase.ts'

export interface OracleSettings {
  /** How each cache behaves in an outage, by its number. */
  redisDown: readonly ('load' | 'serve' | 'fail')[]
  leaseMs: number
  serveForMs: number
  /** The longest that such a call may take, besides the time its event loop stood still. */
  longestCallMs(how: string): number
  /** When a version came into being at the origin; undefined for one that never did. */
  writtenAt(key: string, version: number): number | undefined
  /** When a worker could not reach Redis, or could not rely on it. */
  outages(worker: number): Pick<Spans, 'touches'>
}

export interface Violation {
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'wait'
  worker: number
  cache: number
  key: string
  text: string
}

/** Judges what the workers tell, by the guarantees of the protocol (docs/decisions/007-as-of.md). */
export interface Oracle {
  cut(worker: number, cut: Cut): void
  stall(worker: number, from: number, until: number): void
  /** Reads of one worker in the order of their ends, once every cut that ended before the read began is known. */
  read(worker: number, read: Read): Violation[]
  call(worker: number, call: LateCall): Violation | undefined
  /** How long a call took, in milliseconds, besides the time that its process stood still. */
  waited(worker: number, call: LateCall): number
  /** A read after everything, with those workers that still live. */
  settled(worker: number, read: Read, alive: ReadonlySet<number>): Violation | undefined
}

/** How long a process may need to find its way back when an outage has ended. */
const recoveryMs = 1_500

export function createOracle(settings: OracleSettings): Oracle {
  const acknowledged = grown<Staircase>(createStaircase)
  const fleet = grown<Staircase>(createStaircase)
  const own = grown<Staircase>(createStaircase)
  const seen = grown<Staircase>(createStaircase)
  const stalls = grown<Spans>(createSpans)
  const unacknowledged: { worker: number; place: string; version: number }[] = []

  /**
   * For how long what others acknowledged may be unknown to a read. In an outage a cache serves what was proved or
   * loaded a while ago, as long as its kind says; a strong read never does.
   */
  function allowances(worker: number, { cache, start, end, strong }: Read) {
    if (strong) return { fleet: 0, redis: 0 }
    const lease = settings.leaseMs + stalls(String(worker)).within(start - settings.leaseMs, end)
    if (!settings.outages(worker).touches(start - recoveryMs, end)) return { fleet: 0, redis: lease }
    const most = settings.redisDown[cache] === 'serve' ? Math.max(lease, settings.serveForMs) : lease
    return { fleet: most, redis: most }
  }

  function owed(worker: number, read: Read): { version: number; why: string } {
    const { start } = read
    const here = place(read)
    const allowed = allowances(worker, read)
    const within = (ms: number) => (ms === 0 ? 'before this read' : `${Math.round(ms)} ms before it`)
    const reasons = [
      { version: own(`${worker} ${here}`).newestBy(start), why: 'this process invalidated it' },
      {
        version: fleet(here).newestBy(start - allowed.fleet),
        why: `the whole fleet acknowledged it ${within(allowed.fleet)}`,
      },
      {
        version: acknowledged(here).newestBy(start - allowed.redis),
        why: `Redis acknowledged it ${within(allowed.redis)}`,
      },
    ]
    return reasons.reduce((most, reason) => (reason.version > most.version ? reason : most))
  }

  const waited = (worker: number, { start, end }: LateCall) =>
    end - start - stalls(String(worker)).within(start, end)

  return {
    cut(worker, cut) {
      const here = place(cut)
      if (cut.soft) return
      own(`${worker} ${here}`).raise(cut.end, cut.version)
      if (cut.acknowledged) acknowledged(here).raise(cut.end, cut.version)
      else unacknowledged.push({ worker, place: here, version: cut.version })
      if (cut.acknowledged && cut.fleet) fleet(here).raise(cut.end, cut.version)
    },
    stall: (worker, from, until) => stalls(String(worker)).add(from, until),
    read(worker, read) {
      const { version, start, end, key } = read
      if (version < 0) return []
      const found: Violation[] = []
      const say = (invariant: Violation['invariant'], text: string) =>
        found.push({ invariant, worker, cache: read.cache, key, text })
      const written = settings.writtenAt(key, version)
      if (written === undefined || written > end) say('I3', `version ${version} had not been written`)
      const least = owed(worker, read)
      if (version < least.version) {
        say('I1', `version ${version} was served, though ${least.version} was written and ${least.why}`)
      }
      const here = `${worker} ${place(read)}`
      const before = seen(here).newestBy(start)
      if (version < before) say('I2', `version ${version} was served after this process had shown ${before}`)
      // Only what was acknowledged is promised to stay: a load that another write overtook is shown to its callers alone.
      seen(here).raise(end, Math.min(version, acknowledged(place(read)).newestBy(start)))
      return found
    },
    waited,
    call(worker, call) {
      const [took, most] = [waited(worker, call), settings.longestCallMs(call.how)]
      if (took <= most) return undefined
      const text = `${call.how} took ${Math.round(took)} ms of at most ${most}`
      return { invariant: 'wait', worker, cache: 0, key: '', text }
    },
    settled(worker, read, alive) {
      const here = place(read)
      let least = acknowledged(here).newestBy(read.start)
      for (const cut of unacknowledged) {
        if (cut.place === here && alive.has(cut.worker)) least = Math.max(least, cut.version)
      }
      if (read.version >= least) return undefined
      const text = `at the end version ${read.version} was served, though ${least} was written`
      return { invariant: 'I4', worker, cache: read.cache, key: read.key, text }
    },
  }
}

const place = ({ cache, key }: { cache: number; key: string }) => `${cache} ${key}`

/** One of each kind per name, made when it is first asked for. */
function grown<T>(create: () => T): (name: string) => T {
  const all = new Map<string, T>()
  return (name) => {
    const known = all.get(name)
    if (known !== undefined) return known
    const made = create()
    all.set(name, made)
    return made
  }
}
