import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '../routes.ts'
import { openQuestion, startTestApp, type TestApp } from './harness.ts'

let app: TestApp
beforeAll(async () => {
  // Without the layer every request reaches its handler.
  app = await startTestApp({ environment: { HOTPATH: 'off' } })
})
afterAll(() => app.close())

test('no route sends the same statement again and again for one request', async () => {
  app.hotpath.database.tap.reset()
  await visitAll()
  const { statements, repeats } = await app.hotpath.database.tap.report()
  const visited = new Set(statements.flatMap(({ routes }) => routes.map(({ name }) => name)))
  for (const { pattern } of routes) {
    if (!withoutStatements.has(pattern)) expect(visited).toContain(pattern)
  }
  expect(repeats.map(({ route, site, sql, most }) => ({ route, site, sql, most }))).toEqual([])
}, 60_000)

/** Pictures are drawn, and a purge asks the cache alone. */
const withoutStatements = new Set<string>(['POST /api/admin/cache/purge', 'GET /api/admin/metrics'])

async function visitAll(): Promise<void> {
  const { db, call, tokenFor } = app
  const { question, contest, voters } = await openQuestion(db)
  const candidate = await db
    .selectFrom('candidates')
    .select(['id', 'user_id'])
    .where('contest_id', '=', contest)
    .where('user_id', 'is not', null)
    .executeTakeFirstOrThrow()
  const { slug } = await db.selectFrom('cities').select('slug').executeTakeFirstOrThrow()
  const { id: ballot } = await db.selectFrom('ballots').select('id').executeTakeFirstOrThrow()
  const admin = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'administrator')
    .executeTakeFirstOrThrow()
  const voter = tokenFor(voters[0]!)
  const reads = [
    '/api/cities',
    `/api/cities/${slug}`,
    `/api/cities/${slug}/ballots`,
    `/api/ballots/${ballot}`,
    `/api/contests/${contest}`,
    `/api/contests/${contest}/candidates`,
    `/api/contests/${contest}/questions?limit=50`,
    `/api/contests/${contest}/questions/trending`,
    `/api/questions/${question}`,
    `/api/candidates/${candidate.id}`,
    `/api/candidates/${candidate.id}/photo`,
  ]
  for (const path of reads) expect([path, (await call('GET', path)).status]).toEqual([path, 200])
  const steps: [string, string, string | undefined, unknown][] = [
    ['GET', `/api/me/votes?contest=${contest}`, voter, undefined],
    ['GET', '/api/admin/metrics', tokenFor(admin.id, 'administrator'), undefined],
    ['POST', '/api/auth/login', undefined, { email: 'nobody@example.org', password: 'not the password' }],
    [
      'POST',
      `/api/contests/${contest}/questions`,
      voter,
      { text: 'What will you do for the parks of our city?' },
    ],
    ['POST', `/api/questions/${question}/vote`, voter, { value: 1 }],
    [
      'POST',
      `/api/questions/${question}/answers`,
      tokenFor(candidate.user_id!, 'candidate'),
      { text: 'A great deal, and soon.' },
    ],
    ['PATCH', `/api/admin/questions/${question}`, tokenFor(admin.id, 'administrator'), { status: 'hidden' }],
  ]
  for (const [method, path, token, json] of steps) {
    const { status } = await call(method, path, {
      ...(token && { token }),
      ...(json !== undefined && { json }),
    })
    expect([path, status < 500]).toEqual([path, true])
    if (!path.endsWith('login'))
      expect([path, status]).toEqual([path, expect.toSatisfy((code: number) => code < 300)])
  }
}
