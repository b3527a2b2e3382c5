import type { Awake, CoreCount } from './awake.ts'

/** How fast a core was for a while, as shares of the fastest that any core of this machine was seen to be. */
export interface CoreSpeed {
  core: number
  /** On average; null where its loop had no time on it, so that nothing is known. */
  mean: number | null
  /** In the slowest half second. */
  least: number | null
}

/** A watch on how fast cores are. */
export interface CoreSpeeds extends Disposable {
  /** Of each core between two moments of `performance.now()`. */
  between(from: number, until: number): CoreSpeed[]
  /**
   * What the fastest counted per millisecond, so far: what shares are of. Who compares shares over a long time holds
   * them against what it was at first, since it may be seen late. NaN where nothing is known.
   */
  fastest(): number
}

/** What the loops had counted at a moment. */
export interface CoreMark {
  /** performance.now() */
  at: number
  counts: readonly CoreCount[]
}

const everyMs = 500

/**
 * Watches how fast cores are that are kept awake. Virtual cores are not equally fast at all times: two of them are often
 * one core of the host, and whoever has the other one takes up to half of its speed, which is nowhere counted as stolen.
 */
export function watchCoreSpeeds(awake: Pick<Awake, 'counts'>): CoreSpeeds {
  const marks: CoreMark[] = []
  const mark = () => marks.push({ at: performance.now(), counts: awake.counts() })
  mark()
  const timer = setInterval(mark, everyMs)
  timer.unref()
  return {
    between: (from, until) => speedsBetween(marks, from, until),
    fastest: () => fastestOf(slicesOf(marks)),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** The time between two marks. */
interface Slice {
  from: number
  until: number
  core: number
  counted: number
  cpuMs: number
}

/**
 * With less time on its core, a loop says little of it: beside who uses it up it is left some 7 ms of half a second, in
 * pieces of microseconds, in which it counts half of what it can, since its part of the caches is gone each time.
 */
const fewestMs = 20
/** A core that is nearly always left to its loop says most of all. */
const mostlyIdleMs = 100

/** Of each core, from the slices that lie between the two moments, by more than half. */
export function speedsBetween(marks: readonly CoreMark[], from: number, until: number): CoreSpeed[] {
  const slices = slicesOf(marks).filter(({ cpuMs }) => cpuMs >= fewestMs)
  const full = fastestOf(slices)
  const isWithin = (slice: Slice) => {
    const middle = (slice.from + slice.until) / 2
    return middle >= from && middle < until
  }
  const within = Map.groupBy(slices.filter(isWithin), ({ core }) => core)
  return (marks[0]?.counts ?? []).map(({ core }) => {
    const own = within.get(core)
    if (!own || Number.isNaN(full)) return { core, mean: null, least: null }
    const counted = own.reduce((sum, slice) => sum + slice.counted, 0)
    const cpuMs = own.reduce((sum, slice) => sum + slice.cpuMs, 0)
    return { core, mean: counted / cpuMs / full, least: Math.min(...own.map(speedOf)) / full }
  })
}

function fastestOf(slices: readonly Slice[]): number {
  const speeds = slices.filter(({ cpuMs }) => cpuMs >= mostlyIdleMs).map(speedOf)
  return speeds.length === 0 ? Number.NaN : Math.max(...speeds)
}

const speedOf = ({ counted, cpuMs }: Slice) => counted / cpuMs

function slicesOf(marks: readonly CoreMark[]): Slice[] {
  return marks.slice(1).flatMap(({ at, counts }, index) => {
    const before = marks[index]!
    return counts.map(({ core, counted, cpuMs }, place) => ({
      from: before.at,
      until: at,
      core,
      counted: counted - before.counts[place]!.counted,
      cpuMs: cpuMs - before.counts[place]!.cpuMs,
    }))
  })
}
