import type { Cache, LoadContext, ManyLoader } from '@hotpath/cache'
import { createCalls } from './calls.ts'
import type { Host } from './host.ts'
import type { How, LoadPlan, Operation } from './history.ts'
import type { ChangeFacts, Oracle, ReadFacts, Value } from './oracle.ts'
import { foundTagOf, groupTagOf, inGroup, type Origin, patternOf, tagOf } from './origin.ts'
import type { Process } from './process.ts'

export interface PlayerParts {
  keys: readonly string[]
  now: () => number
  origin: Origin
  oracle: Oracle
  /** When something was last wrong anywhere, in virtual milliseconds. */
  lastFaultAt: () => number
  tell: (line: string) => void
}

/** What a loader that fails says. */
const originDown = 'the origin is down'
/** Loads that take longer look at their signal, as those of an application should. */
const longMs = 10
const quickLoad: LoadPlan = { ms: 1, readAt: 0.5, fails: false }

/** Where an operation happens. */
interface Place {
  process: Process
  index: number
  cache: Cache
  key: string
}

type Answer = Value | null | undefined

interface ReadPlan {
  strong: boolean
  load: LoadPlan
}

/** Does what the steps of a history say, and tells the oracle. */
export function createPlayer({ keys, now, origin, oracle, lastFaultAt, tell }: PlayerParts) {
  const calls = createCalls({ now, oracle, tell })
  /** Keys with a `set` under way: what is written meanwhile could be overwritten by it, as in any application. */
  const locked = new Map<string, number>()

  const factsOf = ({ process, index, key }: Place, strong: boolean): ReadFacts => ({
    life: process.life,
    cache: index,
    key,
    strong,
    redisDown: process.caches[index]!.setup.redisDown,
    disturbedAt: process.disturbedAt(),
    disturbedSince: process.disturbedSince(),
  })

  const mayFail = ({ process, index }: Place) => process.caches[index]!.setup.redisDown === 'fail'

  /** One run of a loader for one key. */
  async function load(
    { process, index, key, askedAt = now() }: Place & { askedAt?: number },
    plan: LoadPlan,
    context: LoadContext,
  ): Promise<Answer> {
    const run = oracle.loadBegins({ life: process.life, cache: index, key, askedAt })
    tell(`p${process.life} begins load ${run.source} of ${key} for cache ${index}`)
    const signal = plan.ms > longMs ? context.signal : null
    signal?.addEventListener('abort', () => run.ended(false))
    const pass = (ms: number) => waitUnlessAborted(process.host, ms, signal)
    let isEmpty = false
    try {
      if (plan.ms > 0) await pass(plan.ms * plan.readAt)
      const row = origin.newest(key)
      if (plan.ms > 0) await pass(plan.ms * (1 - plan.readAt))
      context.addTags(foundTagOf(key))
      if (plan.fails) throw new Error(originDown)
      isEmpty = row.absent
      if (row.absent) return row.version % 2 === 0 ? null : undefined
      return { key, version: row.version, source: run.source }
    } finally {
      tell(`p${process.life} ends load ${run.source}`)
      run.ended(isEmpty)
    }
  }

  const optionsOf = (key: string, strong: boolean) => ({
    tags: [tagOf(key), groupTagOf(key)],
    read: strong ? ('strong' as const) : ('fast' as const),
  })

  function getOrLoad(place: Place, { strong, load: plan }: ReadPlan, seen?: (answer: Answer) => void): void {
    const judge = oracle.readBegins(factsOf(place, strong))
    const { process, cache, key } = place
    calls.watch(process, `getOrLoad of ${key}`, {
      kind: 'load',
      mayFail: mayFail(place),
      begin: () =>
        cache.getOrLoad<Answer>(key, (context) => load(place, plan, context), optionsOf(key, strong)),
      ended(value) {
        judge(value, false)
        seen?.(value)
      },
    })
  }

  function get(place: Place, strong: boolean): void {
    const judge = oracle.readBegins(factsOf(place, strong))
    const { process, cache, key } = place
    calls.watch(process, `get of ${key}`, {
      kind: process.port.isKnownToBeAway() ? 'lookWhileAway' : 'look',
      mayFail: mayFail(place),
      begin: () => cache.get<Answer>(key, { read: strong ? 'strong' : 'fast' }),
      ended: (value) => judge(value, true),
    })
  }

  function getMany(place: Place, strong: boolean, plan: LoadPlan | null): void {
    const askedAt = now()
    const { process, cache } = place
    const judges = keys.map((key) => [key, oracle.readBegins(factsOf({ ...place, key }, strong))] as const)
    const loader: ManyLoader<Answer> = async (missing, context) => {
      const values = await Promise.all(
        missing.map(async (key) => [key, await load({ ...place, key, askedAt }, plan!, context)] as const),
      )
      return new Map(values.filter(([, value]) => value !== undefined))
    }
    const { read } = optionsOf(place.key, strong)
    const tagsOf = (key: string) => optionsOf(key, strong).tags
    calls.watch(process, 'getMany', {
      kind: 'load',
      mayFail: mayFail(place),
      begin: () => cache.getMany<Answer>(keys, plan === null ? undefined : loader, { read, tagsOf }),
      ended(values) {
        for (const [key, judge] of judges) judge(values.get(key), plan === null)
      },
    })
  }

  function selectionOf(key: string, how: How) {
    switch (how) {
      case 'tag':
        return { tags: [tagOf(key)] }
      case 'group':
        return { tags: [groupTagOf(key)] }
      case 'found':
        return { tags: [foundTagOf(key)] }
      case 'key':
        return { keys: [key] }
      default:
        return { pattern: patternOf(key) }
    }
  }

  /** What a selection of this cache reaches. */
  function reach(place: Place, how: How): Pick<ChangeFacts, 'covers' | 'endsLeases'> {
    const reached = covers(place, how)
    return { covers: reached, endsLeases: how === 'pattern' ? (cache) => cache === place.index : reached }
  }

  function covers({ index, key }: Place, how: How): ChangeFacts['covers'] {
    const reached = how === 'group' || how === 'pattern' ? inGroup(key) : [key]
    const isOfOneCache = how === 'key' || how === 'pattern'
    return (cache, other) => reached.includes(other) && (cache === index || !isOfOneCache)
  }

  function invalidate(place: Place, how: How, ack: 'redis' | 'fleet'): void {
    const { process, cache, key } = place
    const facts = { life: process.life, fleet: ack === 'fleet', ...reach(place, how), isSoft: false }
    const settle = oracle.changeBegins(facts)
    calls.watch(process, `invalidate ${how} of ${key}`, {
      kind: ack === 'fleet' ? 'fleet' : 'change',
      mayFail: false,
      begin: () => cache.invalidate(selectionOf(key, how), { ack }),
      ended: ({ acknowledged }) => settle(acknowledged),
      failed: () => settle(false),
    })
  }

  function expire(place: Place, how: How): void {
    const { process, cache, key } = place
    const settle = oracle.changeBegins({
      life: process.life,
      fleet: false,
      ...reach(place, how),
      isSoft: true,
    })
    calls.watch(process, `expire ${how} of ${key}`, {
      kind: 'change',
      mayFail: false,
      begin: () => cache.expire(selectionOf(key, how)),
      ended: () => settle(true),
      failed: () => settle(false),
    })
  }

  /** `set` and `delete` do not say whether Redis acknowledged: they count as acknowledged where nothing was wrong. */
  function replace(place: Place, kind: 'set' | 'delete'): void {
    const { process, cache, key } = place
    const row = origin.write(key, kind === 'delete')
    const beganAt = now()
    const facts = { life: process.life, fleet: false, ...reach(place, 'key'), isSoft: false }
    const settle = oracle.changeBegins(facts)
    const wasReachable = process.tags.tier!.reachable()
    const isClean = () => wasReachable && Math.max(lastFaultAt(), process.disturbedAt()) < beganAt
    const change = { kind: 'change' as const, mayFail: mayFail(place), failed: () => settle(false) }
    if (kind === 'delete') {
      calls.watch(process, `delete of ${key}`, {
        ...change,
        begin: () => cache.delete(key),
        ended: () => settle(isClean()),
      })
      return
    }
    locked.set(key, process.life)
    const { source, arrived } = oracle.setBegins()
    const value: Value = { key, version: row.version, source }
    const tags = [tagOf(key), groupTagOf(key), foundTagOf(key)]
    calls.watch(process, `set of ${key}`, {
      ...change,
      begin: () => cache.set(key, value, { tags }),
      ended() {
        locked.delete(key)
        if (isClean()) arrived()
        settle(isClean())
      },
      failed() {
        locked.delete(key)
        settle(false)
      },
    })
  }

  function peek(place: Place): void {
    const judge = oracle.readBegins(factsOf(place, false))
    judge(place.cache.peek<Value | null>(place.key), true)
  }

  function act(process: Process, operation: Operation): void {
    const index = operation.cache % process.caches.length
    const key = keys[operation.key % keys.length]!
    const place = { process, index, cache: process.caches[index]!.cache, key }
    switch (operation.kind) {
      case 'read':
        return getOrLoad(place, operation)
      case 'get':
        return get(place, operation.strong)
      case 'peek':
        return peek(place)
      case 'many':
        return getMany(place, operation.strong, operation.load)
      case 'expire':
        return expire(place, operation.how)
      case 'write':
        if (locked.has(key)) return
        tell(`${key} becomes ${origin.write(key, operation.absent).version}`)
        if (operation.how !== null) invalidate(place, operation.how, operation.ack)
        return
      default:
        if (!locked.has(key)) replace(place, operation.kind)
    }
  }

  return {
    play(process: Process, operation: Operation): void {
      process.host.io(() => act(process, operation))
    },
    /** Reads every key in every cache of a process, when all is well again. */
    readAll(process: Process): void {
      for (const [index, { cache }] of process.caches.entries()) {
        for (const key of keys) {
          getOrLoad({ process, index, cache, key }, { strong: false, load: quickLoad }, (value) =>
            oracle.convergedOn(index, key, value),
          )
        }
      }
    },
    lifeEnds(life: number): void {
      for (const [key, by] of locked) if (by === life) locked.delete(key)
      calls.lifeEnds(life)
    },
    unanswered: calls.unanswered,
    /** Calls or loads are under way. */
    isBusy: () => calls.unanswered().length > 0 || oracle.running() > 0,
  }
}

/** As a well-behaved loader: it ends at once when nobody waits for it any more. */
function waitUnlessAborted({ timers }: Host, ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = timers.setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      timers.clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
