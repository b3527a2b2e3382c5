import type { StatementFacts } from './tap/facts.ts'

/** The names on which the database publishes what happened (node:diagnostics_channel; free while nobody listens). */
export const postgresChannels = {
  statement: 'hotpath:postgres:statement',
} as const

/** One statement that ended, with its transaction commands (`begin`, `commit`): `hotpath:postgres:statement`. */
export interface PostgresStatementMessage {
  /** The SQL as it was sent, without its parameters. */
  text: string
  /** From handing the statement to the driver until its answer was read, in milliseconds. */
  durationMs: number
  /** How long its caller waited for the connection; counted once, at the connection's first statement. */
  waitMs: number
  /** Rows returned or affected, of all statements in the text; 0 when it failed. */
  rows: number
  /** The SQLSTATE of a failure, else its code; null when the statement succeeded. */
  error: string | null
  /** What the parser says of it; null while it has not been asked, which it is soon after the first of a kind. */
  facts: StatementFacts | null
  /** The route, or job, that it was sent for; null outside of any. */
  route: string | null
  /** The application's line of code, where it was looked at: `src/api/ballots.ts:31`. */
  site: string | null
}
