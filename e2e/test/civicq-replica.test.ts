import { openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres, startReplica } from '@hotpath/postgres/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Civicq, civicq } from '../src/civicq.ts'
import { type Started, startApp } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'

const folder = scratchFolder()
let primary: LocalPostgres
let replica: LocalPostgres
let app: Started
let api: Civicq

beforeAll(async () => {
  primary = await startPostgres({ durable: false })
  // It is always behind: by less than a read waits, so that it answers as well.
  replica = await startReplica(primary, {
    settings: { recovery_min_apply_delay: '20ms', hot_standby_feedback: 'on' },
  })
  app = await startApp(['civicq', '--scale', '0.02', '--no-visitors'], {
    HOTPATH_FOLDER: folder.path,
    HOTPATH: 'on',
    DATABASE_URL: primary.url,
    DATABASE_REPLICA_URLS: replica.url,
  })
  api = civicq(app.url)
}, 120_000)

afterAll(async () => {
  await app?.stop()
  await replica?.stop()
  await primary?.stop()
  folder[Symbol.dispose]()
})

interface Router {
  reads: { replica: number; primary: number }
  replicas: { status: string; lagMs: number | null }[]
}
const router = async () => (await api.get<{ router: Router }>('/_hotpath/api/database')).body.router

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 20_000; !(await isSo());) {
    if (performance.now() > deadline) throw new Error('It never became so.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const becomes = (status: string) => until(async () => (await router()).replicas[0]!.status === status)
/** It answers, and has by now what was written before. */
const catchesUp = () =>
  until(async () => {
    const [{ status, lagMs }] = (await router()).replicas as [Router['replicas'][number]]
    return status === 'serving' && lagMs !== null && lagMs < 1_000
  })
/** Votes until the replica has answered reads; none of them may ever be wrong. */
async function votesReachReplica(email: string): Promise<void> {
  const before = (await router()).reads.replica
  await until(async () => {
    expect(await voteAndLook(email, 6)).toEqual([])
    return (await router()).reads.replica > before
  })
}

/** A voter's browser: it keeps the cookie that it was given last. */
async function browser(email: string) {
  const token = await api.login(email)
  let cookie = ''
  async function send(method: string, path: string, json?: object) {
    const response = await fetch(app.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(cookie && { cookie }),
        ...(json && { 'content-type': 'application/json' }),
      },
      ...(json && { body: JSON.stringify(json) }),
    })
    for (const given of response.headers.getSetCookie()) cookie = given.split(';', 1)[0]!
    expect(response.status, `${method} ${path}`).toBe(200)
    return response.json() as Promise<any>
  }
  return {
    vote: async (question: number, value: number) =>
      (await send('POST', `/api/questions/${question}/vote`, { value })).score as number,
    /** What the voter's own page shows. */
    async seen(question: number): Promise<{ own: number; score: number; inList: number }> {
      const own: { data: { questionId: number; value: number }[] } = await send(
        'GET',
        '/api/me/votes?contest=1',
      )
      const { score } = await send('GET', `/api/questions/${question}`)
      const list = await send('GET', '/api/contests/1/questions?sort=new&limit=50')
      const listed = (list.data as { id: number; score: number }[]).find(({ id }) => id === question)
      return {
        own: own.data.find(({ questionId }) => questionId === question)?.value ?? 0,
        score,
        inList: listed!.score,
      }
    },
  }
}

const newest = async () =>
  (await api.get<{ data: { id: number }[] }>('/api/contests/1/questions?sort=new&limit=50')).body.data[0]!.id

/** Votes to and fro; what was shown afterwards and should not have been. */
async function voteAndLook(email: string, rounds: number): Promise<string[]> {
  const voter = await browser(email)
  const question = await newest()
  const wrong: string[] = []
  for (let round = 0; round < rounds; round++) {
    const value = (round % 3) - 1
    const score = await voter.vote(question, value)
    const seen = await voter.seen(question)
    const right = { own: value, score, inList: score }
    if (JSON.stringify(seen) !== JSON.stringify(right))
      wrong.push(`${JSON.stringify(seen)} after ${JSON.stringify(right)}`)
  }
  return wrong
}

test('a voter always sees the own vote, also where a replica that is behind answers', async () => {
  await catchesUp()
  expect(await voteAndLook('voter-1@civicq.example', 30)).toEqual([])
  await votesReachReplica('voter-1@civicq.example')
}, 60_000)

test('the replica dies: votes and reads go on; it comes back: it is used again', async () => {
  await replica.halt()
  expect(await voteAndLook('voter-2@civicq.example', 5)).toEqual([])
  await becomes('failed')
  await replica.resume()
  await catchesUp()
  await votesReachReplica('voter-2@civicq.example')
}, 60_000)

test('the replica is promoted: that is found, and nothing is read from it any more', async () => {
  const database = await openDatabase({ url: replica.url })
  await database.query('select pg_promote()')
  await becomes('promoted')
  const before = await router()
  expect(await voteAndLook('voter-3@civicq.example', 6)).toEqual([])
  expect((await router()).reads.replica).toBe(before.reads.replica)
  await database.close()
}, 60_000)
