import type { Origin } from './origin.ts'

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'bound' | 'error' | 'leak'

export interface Violation {
  invariant: Invariant
  text: string
}

/** What a value says of itself. `source` is the number of the load or the `set` that it came from. */
export interface Value {
  key: string
  version: number
  source: number
}

/** A change of the cache, and what it promises. */
export interface ChangeFacts {
  /** The process, one number for each of its lives. */
  life: number
  fleet: boolean
  covers: (cache: number, key: string) => boolean
  /** Soft: nothing is promised, but loads may overlap. */
  isSoft: boolean
  /** Whose leases it may end: a pattern those of its whole namespace, since no script matches patterns. */
  endsLeases: (cache: number, key: string) => boolean
}

interface Change extends ChangeFacts {
  versions: ReadonlyMap<string, number>
  beganAt: number
  /** Infinity until it is settled. */
  settledAt: number
  order: number
  acknowledged: boolean
  /** Nobody will send it any more. */
  isLost: boolean
}

export interface ReadFacts {
  life: number
  cache: number
  key: string
  strong: boolean
  redisDown: 'load' | 'serve' | 'fail'
  /** The last moment at which the link of the process or its event loop was not as usual; may lie ahead. */
  disturbedAt: number
  /** When that began: since then it may count among the dead, whom nobody waits for. */
  disturbedSince: number
}

interface Source {
  kind: 'load' | 'set'
  order: number
  /** A `set` of unknown outcome: its value may still arrive in Redis at any time. */
  isTainted: boolean
}

export interface LoadFacts {
  life: number
  cache: number
  key: string
  /** When its lease was asked for at the earliest: the loads of several keys begin when all of them are decided. */
  askedAt: number
}

interface RunningLoad extends LoadFacts {
  beganAt: number
}

export interface OracleOptions {
  origin: Origin
  keys: readonly string[]
  now: () => number
  /** The most that one way over the network takes, in milliseconds. */
  latency: number
  serveForMs: number
  /** Whether changes are told; otherwise a load that somebody began is shared for as long as memory would be believed. */
  tracking: boolean
  /** When something last was wrong anywhere: until then loads may overlap. */
  lastFaultAt: () => number
  /** When the clock of Redis was last set. */
  clockSetAt: () => number
  /** Whether nothing ever went wrong. */
  isQuiet: () => boolean
}

/** For how long a process that sends nothing is certainly waited for by the fleet, in milliseconds. */
const livelyMs = 1_000
/** How long memory may be believed without hearing from Redis, in milliseconds. */
const trustMs = 2_000

/** Judges what happens to the caches of a history by the guarantees of the protocol. */
export function createOracle({
  origin,
  keys,
  now,
  latency,
  serveForMs,
  tracking,
  lastFaultAt,
  clockSetAt,
  isQuiet,
}: OracleOptions) {
  const violations: Violation[] = []
  const changes: Change[] = []
  const sources: Source[] = []
  const running = new Set<RunningLoad>()
  const seen = new Map<string, number>()
  const newestSeen = new Map<string, number>()
  /** When a load last found that there is nothing: it takes what was there away, with whatever lease there is. */
  const emptied = new Map<string, number>()
  let order = 0

  const report = (invariant: Invariant, text: string) =>
    void violations.push({ invariant, text: `at ${now().toFixed(1)}: ${text}` })

  /** For how long after its acknowledgement a change may not have been heard of by this read. */
  function allowance(change: Change, read: ReadFacts): number {
    if (change.life === read.life) return 0
    if (!change.acknowledged) return Infinity
    if (read.strong) return 0
    const wasCut = read.disturbedAt > change.settledAt - 2 * latency - 1
    const hearsLate = wasCut || !tracking
    if (hearsLate && read.redisDown === 'serve') return serveForMs
    const isAlive = read.disturbedSince > change.settledAt - livelyMs
    // Who is alive is told by Redis' clock.
    if (change.fleet && isAlive && clockSetAt() < change.settledAt - trustMs) return 0
    return hearsLate ? trustMs : latency
  }

  /** The oldest version that this read may still return, by what was invalidated before it began. */
  function floorOf(read: ReadFacts): number {
    let floor = 0
    for (const change of changes) {
      if (change.isSoft || !change.covers(read.cache, read.key)) continue
      if (change.settledAt + allowance(change, read) > now()) continue
      floor = Math.max(floor, change.versions.get(read.key)!)
    }
    return floor
  }

  const place = (read: { life: number; cache: number; key: string }) =>
    `${read.life}/${read.cache}/${read.key}`

  /** The oldest version by what the process has shown already: a value loaded after an acknowledged invalidation. */
  function remember(read: ReadFacts, source: Source): void {
    let floor = seen.get(place(read)) ?? 0
    for (const change of changes) {
      if (change.isSoft || !change.acknowledged || change.order > source.order) continue
      if (change.covers(read.cache, read.key)) floor = Math.max(floor, change.versions.get(read.key)!)
    }
    seen.set(place(read), floor)
  }

  /** Whether something may have ended a lease of this key, or overtaken it, since a load began. */
  function isExcused(load: RunningLoad): boolean {
    if (lastFaultAt() > load.askedAt - trustMs) return true
    const emptiedAt = emptied.get(`${load.cache}/${load.key}`) ?? -Infinity
    if (emptiedAt + 2 * latency + 1 >= load.askedAt) return true
    return changes.some(
      ({ settledAt, endsLeases }) =>
        settledAt + 2 * latency + 1 >= load.askedAt && endsLeases(load.cache, load.key),
    )
  }

  return {
    violations,
    report,
    changeBegins(facts: ChangeFacts) {
      const versions = new Map(keys.map((key) => [key, origin.newest(key).version]))
      const change: Change = {
        ...facts,
        versions,
        beganAt: now(),
        settledAt: Infinity,
        order: Infinity,
        acknowledged: false,
        isLost: false,
      }
      changes.push(change)
      return (acknowledged: boolean) => {
        change.settledAt = now()
        change.acknowledged = acknowledged
        change.order = order += 1
      }
    },
    /** What a process had not brought to Redis ends with it. */
    lifeEnds(life: number) {
      for (const change of changes) {
        if (change.life !== life) continue
        if (change.settledAt === Infinity) change.settledAt = now()
        if (!change.acknowledged) change.isLost = true
      }
      for (const load of running) if (load.life === life) running.delete(load)
    },
    setBegins() {
      const source: Source = { kind: 'set', order: (order += 1), isTainted: true }
      sources.push(source)
      return { source: sources.length - 1, arrived: () => void (source.isTainted = false) }
    },
    loadBegins(facts: LoadFacts) {
      const load: RunningLoad = { ...facts, beganAt: now() }
      for (const other of running) {
        if (other.cache !== load.cache || other.key !== load.key || isExcused(other)) continue
        report(
          'I5',
          `${load.key} is loaded by ${load.life} while ${other.life} loads it since ${other.beganAt.toFixed(1)}`,
        )
      }
      running.add(load)
      sources.push({ kind: 'load', order: (order += 1), isTainted: false })
      const ended = (isEmpty: boolean) => {
        running.delete(load)
        if (isEmpty) emptied.set(`${load.cache}/${load.key}`, now())
      }
      return { source: sources.length - 1, ended }
    },
    readBegins(facts: ReadFacts) {
      const beganAt = now()
      const connectedFloor = floorOf(facts)
      // Where Redis goes away while it is read, `serve` serves what was proved before, however that was acknowledged.
      const awayFloor =
        facts.redisDown === 'serve' ? floorOf({ ...facts, disturbedAt: Infinity }) : connectedFloor
      const shown = seen.get(place(facts)) ?? 0
      const last = newestSeen.get(place(facts)) ?? 0
      /** Judges the value that the read ended with; undefined where there is none and none was asked for. */
      return (value: Value | null | undefined, mayBeEmpty: boolean) => {
        const { key, life, cache } = facts
        const floor = lastFaultAt() >= beganAt ? awayFloor : connectedFloor
        const by = `a read of ${key} in cache ${cache} of ${life}, begun at ${beganAt.toFixed(1)},`
        if (value === null || value === undefined) {
          if (mayBeEmpty) return
          const version = origin.newestAbsent(key)
          if (version === 0) report('I3', `${by} found nothing where there always was something`)
          else if (version < floor)
            report('I1', `${by} found nothing, as of ${version}; ${floor} was invalidated`)
          return
        }
        if (value.key !== key || !origin.isVersion(key, value.version)) {
          report('I3', `${by} got ${JSON.stringify(value)}, which never was`)
          return
        }
        const source = sources[value.source]!
        if (source.isTainted) return
        if (value.version < floor)
          report('I1', `${by} got ${value.version}; ${floor} was acknowledged before`)
        // Without tracking a load that began before may be shared for as long as memory would be believed.
        if (tracking && value.version < shown)
          report('I2', `${by} got ${value.version}; it had shown what was loaded after ${shown}`)
        // Where nothing but age ends what is kept, loads follow each other, and so do the versions that are read.
        const isOnlyAging = isQuiet() && !changes.some(({ endsLeases }) => endsLeases(cache, key))
        if (isOnlyAging && value.version < last) report('I2', `${by} got ${value.version} after ${last}`)
        newestSeen.set(place(facts), Math.max(newestSeen.get(place(facts)) ?? 0, value.version))
        remember(facts, source)
      }
    },
    /** Judges what is read when all is well again: everything that anybody living invalidated is seen. */
    convergedOn(cache: number, key: string, value: Value | null | undefined) {
      let floor = 0
      for (const change of changes) {
        if (!change.isSoft && !change.isLost && change.covers(cache, key)) {
          floor = Math.max(floor, change.versions.get(key)!)
        }
      }
      if (typeof value === 'object' && value !== null && sources[value.source]!.isTainted) return
      const version = value?.version ?? origin.newestAbsent(key)
      if (version < floor)
        report('I4', `${key} in cache ${cache} is ${version} at rest; ${floor} was invalidated`)
    },
    /** Loads that were begun and have not ended. */
    running: () => running.size,
  }
}

export type Oracle = ReturnType<typeof createOracle>
