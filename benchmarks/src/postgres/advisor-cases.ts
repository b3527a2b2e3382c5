import type { Database } from '@hotpath/postgres'
import type { WorkloadStatement } from '@hotpath/postgres/advisor'
import { civicqWorkload, createCivicQ } from './civicq.ts'
import { createForum, forumWorkload } from './forum.ts'
import { createPgbench, pgbenchWorkload } from './pgbench.ts'
import { createQaSite } from './qa-site.ts'
import { qaWorkload } from './qa-workload.ts'

/** A database to advise on. */
export interface AdvisorCase {
  id: string
  what: string
  create: (database: Database) => Promise<void>
  workload: readonly WorkloadStatement[]
  /** Rounds in which the sets are timed. */
  rounds: number
  /** Seconds that the advisor is given. */
  limitS: number
}

/** Smaller and with less time each with `quick`. */
export function advisorCases(quick: boolean): AdvisorCase[] {
  const scale = quick ? 0.2 : 1
  const rounds = quick ? 6 : 10
  const limitS = quick ? 20 : 90
  return [
    {
      id: 'advisor-civicq',
      what: 'CivicQ',
      create: createCivicQ,
      workload: civicqWorkload(),
      rounds,
      limitS,
    },
    {
      id: 'advisor-pgbench',
      what: 'pgbench with added queries',
      create: (database) => createPgbench(database, scale),
      workload: pgbenchWorkload(scale),
      rounds,
      limitS,
    },
    {
      id: 'advisor-forum',
      what: 'A forum',
      create: (database) => createForum(database, scale),
      workload: forumWorkload(scale),
      rounds,
      limitS: quick ? 25 : 180,
    },
    {
      id: 'advisor-qa',
      what: 'A question-and-answer site',
      create: (database) => createQaSite(database, quick ? 0.1 : 0.5),
      workload: qaWorkload(quick ? 0.1 : 0.5),
      rounds: 6,
      limitS: quick ? 25 : 120,
    },
  ]
}
