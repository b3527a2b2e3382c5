/** What is counted of a route, or of all requests: sums since the start, or over a window. */
export interface Counts {
  requests: number
  /** Answered with 5xx. */
  errors: number
  hits: number
  lookups: number
  /** Milliseconds, of all requests. */
  sumMs: number
  statements: number
  statementMs: number
  /** Requests that took longer than each bound of the subject, in its order. */
  over: readonly number[]
  /** Statements likewise. */
  statementsOver: readonly number[]
}

/** Counts over a stretch of time. */
export interface WindowCounts extends Counts {
  /** How much of the window there is: less, where the process is younger. */
  ms: number
}

/** Places in the typed numbers that stand for Counts; the bounds follow. */
export const place = {
  requests: 0,
  errors: 1,
  hits: 2,
  lookups: 3,
  sumMs: 4,
  statements: 5,
  statementMs: 6,
  over: 7,
} as const

/** The bounds, in milliseconds, that requests and statements of a subject are held against. */
export interface Bounds {
  requests: readonly number[]
  statements: readonly number[]
}

export const widthOf = ({ requests, statements }: Bounds): number =>
  place.over + requests.length + statements.length

/** The difference of two states of the same subject. */
export function countsBetween(
  before: Float64Array | undefined,
  after: Float64Array,
  { bounds, ms }: { bounds: Bounds; ms: number },
): WindowCounts {
  const at = (index: number) => after[index]! - (before?.[index] ?? 0)
  return {
    ms,
    requests: at(place.requests),
    errors: at(place.errors),
    hits: at(place.hits),
    lookups: at(place.lookups),
    sumMs: at(place.sumMs),
    statements: at(place.statements),
    statementMs: at(place.statementMs),
    over: bounds.requests.map((_, index) => at(place.over + index)),
    statementsOver: bounds.statements.map((_, index) => at(place.over + bounds.requests.length + index)),
  }
}

/** What several processes counted of one subject in the same window. */
export function sumCounts(all: readonly WindowCounts[]): WindowCounts {
  const sum = (pick: (counts: WindowCounts) => number | undefined) =>
    all.reduce((total, counts) => total + (pick(counts) ?? 0), 0)
  return {
    // One that began later has seen less of the same time.
    ms: Math.max(0, ...all.map(({ ms }) => ms)),
    requests: sum(({ requests }) => requests),
    errors: sum(({ errors }) => errors),
    hits: sum(({ hits }) => hits),
    lookups: sum(({ lookups }) => lookups),
    sumMs: sum(({ sumMs }) => sumMs),
    statements: sum(({ statements }) => statements),
    statementMs: sum(({ statementMs }) => statementMs),
    over: (all[0]?.over ?? []).map((_, index) => sum(({ over }) => over[index])),
    statementsOver: (all[0]?.statementsOver ?? []).map((_, index) =>
      sum(({ statementsOver }) => statementsOver[index]),
    ),
  }
}
