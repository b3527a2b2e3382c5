import { compileGlob } from './glob.ts'

/** A pattern that was invalidated or expired in a namespace. */
export interface Pattern {
  readonly stamp: number
  readonly hard: boolean
  /** When, in milliseconds of the tag space's clock. */
  readonly at: number
  matches(key: string): boolean
}

/** One for all: a hit on what has no tags looks at no memory of its own. */
const noMarks: readonly Mark[] = []
const noPatterns: readonly Pattern[] = []

/** One expiry of a tag. */
export interface SoftChange {
  readonly stamp: number
  /** In milliseconds of the tag space's clock. */
  readonly at: number
}

export const noSoftChanges: readonly SoftChange[] = []

/** What a tag, or a namespace, last had done to it. */
export interface MarkValue {
  /** The stamp of the last change of any kind; `unknownStamp` while nothing is known. */
  top: number
  /** The stamp of the last invalidation. */
  hard: number
  /** When it was last expired, in milliseconds of the tag space's clock; of use where `top > hard`. */
  softAt: number
  /** Expiries before the last, since `hard`, oldest first; Redis knows the last alone. */
  earlier: readonly SoftChange[]
  /** Of a namespace: what its patterns had done to them, oldest first. */
  patterns: readonly Pattern[]
}

/** One mark, shared by everything that depends on it. */
export interface Mark extends MarkValue {
  readonly name: string
  /** The turn of its last change as far as this process was told. */
  dropped: number
  /** False once it is forgotten: it hears of no change any more, so nothing new may depend on it. */
  attached: boolean
}

/**
 * As `top`: nothing is known. Below every stamp rather than Infinity: V8 keeps small whole numbers in the object, and
 * each other number in one of its own, which every hit would have to look up.
 */
export const unknownStamp = -3

/** As `swept`: every read looks at the patterns, and none takes the quick way. */
export const neverSwept = -2

/** As `swept`: the patterns were not held against the key yet. */
export const notSwept = -1

/** From here on nothing is known of a mark. */
export function forgetMark(mark: Mark): void {
  mark.top = mark.hard = unknownStamp
}

/** Whether a mark is known not to have been changed since a stamp. */
export const isQuiet = ({ top }: MarkValue, asOf: number): boolean => top <= asOf && top !== unknownStamp

/** The same of all. By index: an iterator would allocate for every hit. */
export function areQuiet(marks: readonly Mark[], asOf: number): boolean {
  for (let index = 0; index < marks.length; index++) if (!isQuiet(marks[index]!, asOf)) return false
  return true
}

/** As `generation`: known to none, so never quick, and never asked about. */
export const noGeneration = -1

/** What a kept value carries to tell whether it was overtaken. */
export interface Fence {
  /** The stamp from before its load began. */
  asOf: number
  marks: readonly Mark[]
  /** The `top` of its namespace up to which patterns were held against its key. */
  swept: number
  /** The generation of the tag space that its marks are known in. */
  generation: number
  /** When it was loaded, or last proved by Redis, in milliseconds of the tag space's clock. */
  provedAt: number
  /** The turn of that proof. */
  turn: number
}

/** The fence alone of something kept: whoever remembers it does not keep the value. */
export function fenceOf({ asOf, marks, swept, generation, provedAt, turn }: Fence): Fence {
  return { asOf, marks, swept, generation, provedAt, turn }
}

/**
 * `current`: nothing it depends on was changed since its load began. `expired`: something was expired, at `softAt`.
 * `overtaken`: something was invalidated. `unknown`: Redis has to be asked.
 */
export type Standing = 'current' | 'expired' | 'overtaken' | 'unknown'

export interface Judgement {
  standing: Standing
  /** The earliest expiry, in milliseconds of the tag space's clock; Infinity without one. */
  softAt: number
}

/** What is judged: a fence, its key, and the mark of its namespace. */
export interface Judged {
  fence: Fence
  key: string
  scope: Mark
}

const same = (mark: Mark): MarkValue => mark

/** Holds a fence against its marks, by `valueOf` where something newer was just learned. Marks the patterns as swept. */
export function judge({ fence, key, scope }: Judged, valueOf: (mark: Mark) => MarkValue = same): Judgement {
  const { asOf } = fence
  let softAt = Infinity
  for (const mark of fence.marks) {
    const { top, hard, softAt: expiredAt, earlier } = valueOf(mark)
    if (top === unknownStamp) return { standing: 'unknown', softAt }
    if (top <= asOf) continue
    if (hard > asOf) return { standing: 'overtaken', softAt }
    softAt = Math.min(softAt, earlier.find(({ stamp }) => stamp > asOf)?.at ?? expiredAt)
  }
  const { top, hard: floor, patterns } = valueOf(scope)
  if (top !== fence.swept) {
    if (top === unknownStamp) return { standing: 'unknown', softAt }
    if (floor > asOf) return { standing: 'overtaken', softAt }
    for (const { stamp, hard, at, matches } of patterns) {
      if (stamp <= asOf || !matches(key)) continue
      if (hard) return { standing: 'overtaken', softAt }
      softAt = Math.min(softAt, at)
    }
    if (softAt === Infinity && fence.swept !== neverSwept) fence.swept = top
  }
  return { standing: softAt === Infinity ? 'current' : 'expired', softAt }
}

/** A mark at its beginning, attached. */
export function createMark(name: string, begin: { top: number; hard: number; dropped: number }): Mark {
  return { name, ...begin, softAt: 0, earlier: noSoftChanges, patterns: noPatterns, attached: true }
}

/**
 * In place of marks that nobody has asked for yet: as long as nothing at all changes, what carries the tags need not know
 * them. Whoever takes these for the marks themselves learns nothing.
 */
export const unreadMarks: readonly Mark[] = [
  createMark('', { top: unknownStamp, hard: unknownStamp, dropped: unknownStamp }),
]

/** A pattern as the namespaces keep it. */
export function createPattern(text: string, { stamp, hard, at }: Omit<Pattern, 'matches'>): Pattern {
  return { stamp, hard, at, matches: compileGlob(text) }
}

/** Expiries of a tag that are remembered; what was loaded before a forgotten one counts as expired at the next. */
export const mostSoftChanges = 64

/** Patterns remembered for a namespace; when one is forgotten, what was loaded before it counts as overtaken. */
export const mostPatterns = 64

/** The marks of a tag space, by name. */
export interface MarkTable {
  find(name: string): Mark | undefined
  /** The marks of these names. May forget others first, never these. */
  intern(names: Iterable<string>): readonly Mark[]
  all(): Iterable<Mark>
  size(): number
  /** Names what still holds marks: they are not swept. */
  hold(holder: MarkHolder): void
}

/** Lists the marks that something kept depends on. */
export type MarkHolder = () => Iterable<readonly Mark[]>

export interface MarkTableOptions {
  /** Most marks that may gather beyond those in use. */
  maxMarks: number
  /** What a mark begins as. */
  fresh: (name: string) => Mark
  /** Told of each mark that is forgotten. */
  forgotten: (mark: Mark) => void
}

/** So many new marks are always worth a walk over what is kept. */
const fewMarks = 10_000

/**
 * Marks live as long as something kept depends on them; the others are forgotten, by a walk over what is kept, once as
 * many new ones have gathered as the walk has steps, or `maxMarks`. Left to lie longer, what nobody needs would cost each
 * collection of garbage more than the walk.
 */
export function createMarkTable({ maxMarks, fresh, forgotten }: MarkTableOptions): MarkTable {
  const marks = new Map<string, Mark>()
  const holders: MarkHolder[] = []
  const gathering = (steps: number) => Math.min(maxMarks, Math.max(fewMarks, steps))
  let limit = gathering(0)

  function sweep(): void {
    const used = new Set<Mark>()
    let steps = 0
    // Holders may ask for marks that they have not read yet.
    limit = Infinity
    for (const holder of holders) {
      for (const held of holder()) {
        steps += 1
        for (const mark of held) used.add(mark)
      }
    }
    for (const mark of marks.values()) {
      if (used.has(mark)) continue
      marks.delete(mark.name)
      mark.attached = false
      forgotten(mark)
      // Whatever still points to it is not to take its silence for proof.
      forgetMark(mark)
    }
    limit = marks.size + gathering(steps)
  }

  function internOne(name: string): Mark {
    const known = marks.get(name)
    if (known !== undefined) return known
    const mark = fresh(name)
    marks.set(name, mark)
    return mark
  }

  return {
    find: (name) => marks.get(name),
    intern(names) {
      if (marks.size > limit) sweep()
      const interned: Mark[] = []
      for (const name of names) interned.push(internOne(name))
      return interned.length === 0 ? noMarks : interned
    },
    all: () => marks.values(),
    size: () => marks.size,
    hold: (holder) => void holders.push(holder),
  }
}
