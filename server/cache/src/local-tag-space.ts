import type { Clock } from '@hotpath/core'
import { cacheErrors } from './errors.ts'
import {
  createMark,
  createMarkTable,
  createPattern,
  judge,
  mostPatterns,
  mostSoftChanges,
  noSoftChanges,
  type Mark,
  type Pattern,
} from './marks.ts'
import { steadyClock } from './clock.ts'
import { nodeTimers } from './shared/timers.ts'
import { readTags, type TagSpace, type Trust } from './tag-space.ts'

export interface TagSpaceOptions {
  /** Marks of tags that may be remembered beyond those that kept values carry, about 150 bytes each. @default 100_000 */
  maxMarks?: number
  /** Milliseconds; says when something was expired. @default a clock that does not jump when the machine's is set */
  clock?: Clock
}

/**
 * A tag space of one process. When too many marks have gathered, those that nothing kept carries are forgotten, and a
 * load that began before the last of these changes counts as overtaken: forgetting causes misses, never resurrection.
 * @throws HP_CACHE_BOUND_INVALID
 */
export function createTagSpace(options: TagSpaceOptions = {}): TagSpace {
  const { maxMarks = 100_000, clock = steadyClock } = options
  if (!Number.isInteger(maxMarks) || maxMarks < 1) {
    throw cacheErrors.HP_CACHE_BOUND_INVALID({ name: 'maxMarks', given: String(maxMarks) })
  }
  const trust: Trust = { generation: 0, until: Infinity, turn: 0, forgotten: -1 }
  /** The highest stamp of a forgotten mark. */
  let floor = 0
  const table = createMarkTable({
    maxMarks,
    fresh: (name) => createMark(name, { top: floor, hard: floor, dropped: floor }),
    forgotten: (mark) => (floor = Math.max(floor, mark.top)),
  })
  const scopes = new Map<string, Mark>()

  function scope(namespace: string): Mark {
    const known = scopes.get(namespace)
    if (known !== undefined) return known
    const mark = createMark(namespace, { top: 0, hard: 0, dropped: 0 })
    scopes.set(namespace, mark)
    return mark
  }

  /** Stamps and turns are the same here: both count changes. */
  function touch(mark: Mark, hard: boolean): void {
    const { top: stamp, softAt: at, earlier } = mark
    mark.top = trust.turn
    if (hard) {
      mark.hard = trust.turn
      mark.dropped = trust.turn
      mark.earlier = noSoftChanges
    } else {
      if (stamp > mark.hard) mark.earlier = [...earlier, { stamp, at }].slice(-mostSoftChanges)
      mark.softAt = clock()
    }
  }

  function addPattern(mark: Mark, text: string, hard: boolean): void {
    const pattern = createPattern(text, { stamp: trust.turn, hard, at: clock() })
    const patterns = [...mark.patterns, pattern]
    if (patterns.length > mostPatterns) mark.hard = patterns.shift()!.stamp
    mark.patterns = patterns
    mark.top = trust.turn
    if (hard) mark.dropped = trust.turn
  }

  return {
    trust,
    clock,
    timers: nodeTimers,
    tier: null,
    asOf: () => trust.turn,
    scope,
    fence(tags, asOf, { top }) {
      const marks = table.intern(tags)
      return {
        asOf,
        marks,
        swept: top > asOf ? asOf : top,
        generation: 0,
        provedAt: clock(),
        turn: trust.turn,
      }
    },
    check: (fence, about) => judge({ fence, ...about }),
    changedSince({ tags, turn, key }, { dropped, hard: patternFloor, patterns }) {
      const isHit = ({ stamp, hard, matches }: Pattern) => hard && stamp > turn && matches(key)
      if (dropped > turn && (patternFloor > turn || patterns.some(isHit))) return true
      for (const tag of tags) if ((table.find(tag)?.dropped ?? floor) > turn) return true
      return false
    },
    async change({ tags, patterns, hard }) {
      trust.turn += 1
      for (const mark of table.intern(readTags(tags))) touch(mark, hard)
      for (const [namespace, pattern] of patterns) addPattern(scope(namespace), pattern, hard)
      return { acknowledged: true, removed: 0 }
    },
    hold: table.hold,
    weaker: () => null,
    async ready() {},
    async close() {},
  }
}
