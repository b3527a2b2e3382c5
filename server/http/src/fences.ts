import { randomInt } from 'node:crypto'
import {
  areQuiet,
  compileGlob,
  type Fence,
  invalidationOf,
  type Mark,
  safeName,
  type TagSpace,
  unreadMarks,
} from '@hotpath/cache'
import type { Dependencies } from './dependencies.ts'
import { createUrlDrops } from './url-drops.ts'

/** What was known when a handler began: anything dropped later overtakes its answer. */
export interface Stamp {
  /** Of the tag space. */
  readonly asOf: number
  readonly turn: number
  readonly generation: number
  /** Of the URLs. */
  readonly urls: number
  /** Milliseconds of the tag space's clock. */
  readonly at: number
}

/** What a stored response carries to tell whether it was overtaken. */
export interface Fenced {
  /** Its tags, and the purges. */
  fence: Fence
  /** The place of its URL, which an unsafe method changes under all its keys. */
  urlPlace: number
  /** Of the URLs, when its handler began. */
  urlsAsOf: number
}

/** The part of it that is about the URL. */
export type FencedUrl = Pick<Fenced, 'urlPlace' | 'urlsAsOf'>

/** What an answer depends on, with the fence of it. */
export type Bound = Dependencies & Fenced

/** A response as far as its standing goes. */
export type Standing = 'current' | 'overtaken' | 'unknown' | { expiredAt: number }

/** Tells whether an answer was overtaken between the moment its handler began and now. */
export interface Fences {
  /** The stamp to take before the handler runs, whose answer is known to depend on these tags. */
  begin(tags: readonly string[]): Stamp
  /** What the answer of a handler that began then carries, with what it depends on. */
  bind(what: Dependencies, since: Stamp): Bound
  /** The same of a URL alone: for what was fenced by somebody else. */
  fenceUrl(what: Dependencies, since: Stamp): FencedUrl
  /** Overtakes answers of these targets, under whatever key, in all processes. */
  dropTargets(targets: readonly string[]): void
  /** Overtakes answers whose path and query match the glob: here at once, elsewhere once it is acknowledged. */
  purge(pattern: string): Promise<{ acknowledged: boolean }>
  /** Whether nothing at all happened to what is stored, which is nearly always so; quick. */
  isCurrent(stored: Fenced): boolean
  /** Whether something stored was overtaken; `unknown` where Redis has to be asked. */
  standing(stored: Fenced & Dependencies): Standing
  /** Whether nothing is known to have changed since its handler began, though Redis was not asked meanwhile. */
  isAsBegun(stored: Fenced & Dependencies): boolean
  /** Whether it is known that something the answer of a handler that began then depends on was dropped meanwhile. */
  overtaken(what: Bound, since: Stamp): boolean
  /** Whether a request that comes now may share the answer of a handler that began then. */
  mayShare(what: Dependencies, since: Stamp): boolean
  /** Names what keeps marks in use. */
  hold(holder: () => Iterable<Fenced & Pick<Dependencies, 'tags'>>): void
}

/** What the cache is called in the tag space. Its patterns are held against paths and queries, its keys are targets. */
export const httpNamespace = '@hotpath/http'

/** A handler that began earlier may not know what other processes have done, while Redis cannot tell. Milliseconds. */
const unprovedMs = 2_000

/** Purges remembered beside Redis, which knows all: only so that a response in flight is told early. */
const mostPurges = 64

/** Fences over the shared tags, the purged patterns, and the URLs that unsafe methods dropped; see url-drops.ts for `seed`. */
export function createFences(tags: TagSpace, seed: number = randomInt(2 ** 31)): Fences {
  const { trust, tier, clock } = tags
  const scope = tags.scope(httpNamespace)
  /** Every change here takes a turn, which is looked at first; Redis tells of those alone that are asked for. */
  const readsLate = tier === null
  let late: Fence = { asOf: -1, marks: unreadMarks, swept: 0, generation: 0, provedAt: 0, turn: -1 }
  let lateTop = scope.top
  const urls = createUrlDrops(seed)
  /** The latest of this process, where it is Redis that remembers them. */
  const purges: { turn: number; matches(url: string): boolean }[] = []
  // Redis knows them by other names where they are long.
  const nameOf = tier === null ? (target: string) => target : safeName
  tier?.onKeyDropped(encodeURIComponent(httpNamespace), (name) => urls.drop([name]))

  const holds = ({ marks, asOf }: Fence) => areQuiet(marks, asOf)
  const isVouchedFor = () => trust.until === Infinity || clock() < trust.until

  function bind(what: Dependencies, since: Stamp): Bound {
    const { key, target, url, tags: named } = what
    const fence = readsLate ? lateFence(since) : fenceOf(named, since)
    return { key, target, url, tags: named, fence, urlPlace: placeOf(what), urlsAsOf: since.urls }
  }

  function fenceOf(named: readonly string[], since: Stamp): Fence {
    const own = tags.fence(named, since.asOf, scope)
    // What happened meanwhile may have gone unheard: it is known as of the beginning.
    own.generation = since.generation
    own.provedAt = since.at
    own.turn = since.turn
    return own
  }

  /**
   * Most responses are gone before anything changes. Their marks would be made, kept and swept for nothing, and so would
   * their fences: those that begin between two changes share one, which is never judged, and never changed.
   */
  function lateFence(since: Stamp): Fence {
    const isSame =
      late.asOf === since.asOf && late.turn === since.turn && late.generation === since.generation
    if (!isSame || lateTop !== scope.top) {
      late = { ...fenceOf([], since), marks: unreadMarks }
      lateTop = scope.top
    }
    return late
  }

  /** From here on the response has a fence of its own. */
  function readMarks(what: Fenced & Pick<Dependencies, 'tags'>): readonly Mark[] {
    const { fence: own } = what
    if (own.marks !== unreadMarks) return own.marks
    const { marks } = tags.fence(what.tags, own.asOf, scope)
    what.fence = { ...own, marks }
    return marks
  }

  const placeOf = ({ target }: Dependencies) => urls.placeOf(nameOf(target))
  const fenceUrl = (what: Dependencies, since: Pick<Stamp, 'urls'>): FencedUrl => ({
    urlPlace: placeOf(what),
    urlsAsOf: since.urls,
  })
  const isUrlDropped = ({ urlPlace, urlsAsOf }: FencedUrl) => urls.isDropped(urlPlace, urlsAsOf)

  function standing(what: Fenced & Dependencies): Standing {
    if (isUrlDropped(what)) return 'overtaken'
    readMarks(what)
    const { fence: own, url } = what
    const { standing: found, softAt } = tags.check(own, { key: url, scope })
    return found === 'expired' ? { expiredAt: softAt } : found
  }

  function isCurrent(stored: Fenced): boolean {
    const { fence: own } = stored
    if (own.generation !== trust.generation || own.swept !== scope.top || isUrlDropped(stored)) return false
    if (!isVouchedFor()) return false
    if (tier !== null) return holds(own)
    // Here every change takes a turn: what held at this one holds still, and its marks are left alone.
    if (own.turn === trust.turn) return true
    if (!holds(own)) return false
    own.turn = trust.turn
    return true
  }

  function overtaken(what: Bound, since: Stamp): boolean {
    for (const { turn, matches } of purges) if (turn > since.turn && matches(what.url)) return true
    if (isCurrent(what)) return false
    const found = standing(what)
    return found === 'overtaken' || typeof found === 'object'
  }

  return {
    bind,
    fenceUrl,
    standing,
    overtaken,
    begin(named) {
      // Their marks are there before the turn that is noted: what is changed later is changed since.
      if (tier !== null) tags.fence(named, 0, scope)
      const { turn, generation } = trust
      return { asOf: tags.asOf(), turn, generation, urls: urls.turn(), at: clock() }
    },
    dropTargets(targets) {
      if (targets.length === 0) return
      if (tier === null) {
        urls.drop(targets)
        return
      }
      const keys = targets.map((target) => [httpNamespace, target] as const)
      void tags.change(invalidationOf({ keys }))
    },
    purge(pattern) {
      const patterns = [[httpNamespace, pattern] as const]
      const isSent = tags.change(invalidationOf({ patterns }))
      if (tier !== null) {
        purges.push({ turn: trust.turn, matches: compileGlob(pattern) })
        if (purges.length > mostPurges) purges.shift()
      }
      return isSent
    },
    isCurrent,
    mayShare(what, since) {
      if (!isVouchedFor() && clock() - since.at > unprovedMs) return false
      if (isUrlDropped(fenceUrl(what, since))) return false
      return !tags.changedSince({ tags: what.tags, turn: since.turn, key: what.url }, scope)
    },
    isAsBegun(stored) {
      const { fence: own, tags: named, url } = stored
      if (!isVouchedFor() && clock() - own.provedAt > unprovedMs) return false
      return !isUrlDropped(stored) && !tags.changedSince({ tags: named, turn: own.turn, key: url }, scope)
    },
    hold(holder) {
      tags.hold(() => Iterator.from(holder()).map(readMarks))
    },
  }
}
