import type { DatabaseHealth, DatabaseReport, StatementFigures } from '@hotpath/core'

const worker = { pid: 4711, number: 1 }

export function statement(over: Partial<StatementFigures> = {}): StatementFigures {
  return {
    fingerprint: 'f1',
    sql: 'select q.id, q.body, count(v.*) as votes from questions q left join votes v on v.question_id = q.id where q.contest_id = $1 group by q.id order by votes desc limit $2',
    kind: 'read',
    tables: ['questions', 'votes'],
    calls: 18_204,
    errors: 0,
    rows: 182_040,
    totalMs: 91_020,
    meanMs: 5,
    p50Ms: 3.2,
    p95Ms: 12.4,
    p99Ms: 31,
    maxMs: 240,
    meanWaitMs: 0.4,
    routes: [
      { name: 'GET /api/contests/:id/questions', calls: 17_000, totalMs: 85_000 },
      { name: 'GET /api/contests/:id/trending', calls: 1_204, totalMs: 6_020 },
    ],
    sites: [{ name: 'apps/civicq/src/questions/list-questions.ts:31', calls: 18_204, totalMs: 91_020 }],
    plan: {
      durationMs: 240,
      at: Date.UTC(2026, 4, 4, 14, 1),
      plan: {
        'Node Type': 'Sort',
        'Sort Key': ['(count(v.*)) DESC'],
        'Plan Rows': 50,
        'Total Cost': 1842.2,
        Plans: [
          {
            'Node Type': 'Hash Join',
            'Hash Cond': '(v.question_id = q.id)',
            'Plan Rows': 5200,
            'Total Cost': 1780.9,
            Plans: [
              {
                'Node Type': 'Seq Scan',
                'Relation Name': 'votes',
                'Plan Rows': 120_000,
                'Total Cost': 1650.1,
              },
              {
                'Node Type': 'Index Scan',
                'Relation Name': 'questions',
                'Index Name': 'questions_contest_id',
                'Index Cond': '(contest_id = $1)',
                'Plan Rows': 50,
                'Total Cost': 8.4,
              },
            ],
          },
        ],
      },
    },
    ...over,
  }
}

/** A database that is asked a little of everything. */
export function databaseReport(over: Partial<DatabaseReport> = {}): DatabaseReport {
  return {
    worker,
    kind: 'postgres',
    pool: {
      max: 10,
      total: 10,
      idle: 6,
      waiting: 0,
      acquired: 41_220,
      timeouts: 0,
      waitMs: { mean: 0.2, p50: 0.1, p95: 0.9, p99: 4.1, max: 22 },
      holdMs: { mean: 4.1, p95: 12, max: 240 },
      perSecond: 212,
      saturation: 0.02,
    },
    sizing: {
      inUse: 0.9,
      size: 6,
      waitChance: 0.004,
      total: 12,
      available: 90,
      fits: true,
      maxConnections: 100,
      instances: 2,
    },
    router: {
      replicas: [
        { name: 'replica-1', status: 'serving', lagMs: 12, inFlight: 3 },
        { name: 'replica-2', status: 'failed', lagMs: null, inFlight: 0 },
      ],
    },
    statements: [
      statement(),
      statement({
        fingerprint: 'f2',
        sql: 'select * from candidates where contest_id = $1',
        totalMs: 12_400,
        calls: 40_100,
        p50Ms: 0.3,
        p95Ms: 0.8,
        plan: null,
        routes: [{ name: 'GET /api/contests/:id/candidates', calls: 40_100, totalMs: 12_400 }],
      }),
      statement({
        fingerprint: 'f3',
        sql: 'insert into votes (question_id, user_id) values ($1, $2) on conflict do nothing',
        kind: 'write',
        totalMs: 4_200,
        calls: 2_204,
        routes: [{ name: 'POST /api/questions/:id/votes', calls: 2_204, totalMs: 4_200 }],
        plan: { durationMs: 120, at: Date.UTC(2026, 4, 4), plan: null, problem: 'a write is not explained.' },
      }),
    ],
    repeats: [
      {
        fingerprint: 'f2',
        sql: 'select * from candidates where contest_id = $1',
        route: 'GET /api/ballots/:id',
        site: 'apps/civicq/src/ballots/read-ballot.ts:44',
        requests: 310,
        statements: 3_720,
        totalMs: 2_980,
        perRequest: 12,
        most: 31,
        suggestion: 'select * from candidates where contest_id = any($1)',
      },
    ],
    ...over,
  }
}

export function databaseHealth(over: Partial<DatabaseHealth> = {}): DatabaseHealth {
  return {
    worker,
    kind: 'postgres',
    findings: [
      {
        rule: 'missing-foreign-key-index',
        severity: 'warning',
        subject: 'votes.question_id',
        evidence: 'A delete in questions reads all 120,000 rows of votes.',
        statement: 'create index concurrently votes_question_id on votes (question_id);',
      },
      {
        rule: 'unused-index',
        severity: 'info',
        subject: 'users_created_at',
        evidence: '0 scans in 9 days, 4.2 MB.',
        statement: 'drop index concurrently users_created_at;',
      },
    ],
    checked: { tables: 14, indexes: 31, sessions: 12, foreignKeys: 17, servers: 1 },
    hitRatio: 0.9987,
    connections: { open: 24, max: 100 },
    ...over,
  }
}
