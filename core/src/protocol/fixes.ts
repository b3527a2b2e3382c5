/** What would save time, most worth doing first; the overview holds at most five. */
export interface Fix {
  /** Stable while it is about the same thing. */
  id: string
  kind: 'missing-index' | 'n-plus-one' | 'uncached-route' | 'low-hit' | 'pool' | 'event-loop' | 'index-health'
  /** `An index on votes (contest_id, cast_at) for GET /api/contests/:id` */
  title: string
  /** The route that gains most; null where it is all of them, or none can be told. */
  route: string | null
  /**
   * Milliseconds of waiting that go away in a second of the traffic there is now: an estimate, and at most so much;
   * 0 where it saves something else than time.
   */
  savedMsPerSecond: number
  /** The figures that it rests on, one a line. No values of statements. */
  evidence: string[]
  action: {
    /** What to do, in a sentence. */
    text: string
    /** Statements to run. */
    sql?: string
    /** A command line that does it, or proves it first. */
    command?: string
    /** The console's screen that shows more: a path below `/_hotpath/`. */
    screen?: string
  }
}
