import { startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Civicq, civicq } from '../src/civicq.ts'
import { type Started, startApp } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'

const readers = 50

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  const folder = scratchFolder()
  let app: Started
  let api: Civicq
  let stopDatabase: () => Promise<void> = async () => {}

  beforeAll(async () => {
    const environment: Record<string, string> = {
      HOTPATH_FOLDER: folder.path,
      DATABASE_URL: '',
      HOTPATH: 'on',
    }
    if (kind === 'postgres') {
      const server = await startPostgres()
      stopDatabase = () => server.stop()
      environment.DATABASE_URL = server.url
    }
    app = await startApp(['civicq', '--scale', '0.1', '--no-visitors'], environment)
    api = civicq(app.url)
  })

  afterAll(async () => {
    await app?.stop()
    await stopDatabase()
    folder[Symbol.dispose]()
  })

  test(`no reader among ${readers} sees the old score after a vote was acknowledged`, async () => {
    const token = await api.login('voter-1@civicq.example')
    const question = (await api.questions(1))[0]!.id
    /** The scores that were true at some time since the newest acknowledged vote. */
    let acknowledged = 0
    let truth = new Map<number, number>()
    const stale: string[] = []
    let reads = 0
    const voted = new AbortController()

    const current = async () => (await api.questions(1)).find(({ id }) => id === question)!.score
    truth.set(0, await current())

    const read = async () => {
      while (!voted.signal.aborted) {
        const since = acknowledged
        const score = await current()
        reads++
        // Votes under way may or may not be seen; those acknowledged before the read began must be.
        const allowed = [...truth].filter(([vote]) => vote >= since).map(([, value]) => value)
        if (!allowed.includes(score))
          stale.push(`read ${score} after vote ${since}, allowed ${allowed.join(' or ')}`)
      }
    }
    const vote = async () => {
      const base = truth.get(0)!
      const own = await ownVote(token, question)
      for (let turn = 1; turn <= 40; turn++) {
        const value = turn % 2 === 0 ? -1 : 1
        truth = new Map([...truth, [turn, base - own + value]])
        expect(await api.vote(question, value, token)).toBe(base - own + value)
        acknowledged = turn
      }
      voted.abort()
    }
    await Promise.all([vote(), ...Array.from({ length: readers }, read)])
    expect(stale).toEqual([])
    expect(reads).toBeGreaterThan(readers)
  })

  test('the next read of every list shows the vote, to everybody', async () => {
    const [one, two] = await Promise.all(
      ['voter-2', 'voter-3'].map((name) => api.login(`${name}@civicq.example`)),
    )
    const question = (await api.questions(2))[0]!
    const paths = [
      '/api/contests/2/questions?sort=top&limit=50',
      '/api/contests/2/questions?sort=new&limit=50',
      '/api/contests/2/questions/trending',
    ]
    for (const [token, value] of [
      [one, -1],
      [two, -1],
      [one, 1],
      [two, 0],
    ] as const) {
      const score = await api.vote(question.id, value, token!)
      for (const path of paths) {
        const { body } = await api.get<{ data: { id: number; score: number }[] }>(path)
        const shown = body.data.find(({ id }) => id === question.id)
        if (shown) expect({ path, score: shown.score }).toEqual({ path, score })
      }
      const { body } = await api.get<{ score: number }>(`/api/questions/${question.id}`)
      expect(body.score).toBe(score)
    }
  })

  async function ownVote(token: string, question: number): Promise<number> {
    const { body } = await api.get<{ data: { questionId: number; value: number }[] }>(
      '/api/me/votes?contest=1',
      token,
    )
    return body.data.find(({ questionId }) => questionId === question)?.value ?? 0
  }
})
