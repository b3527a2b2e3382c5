import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activityWeight } from '../src/activity.ts'
import { makeDataset } from '../src/seed/dataset.ts'
import type { Dataset } from '../src/seed/rows.ts'
import { reference } from './harness.ts'

const digest = (dataset: Dataset) => createHash('sha256').update(JSON.stringify(dataset)).digest('hex')
const tiny = fc.record({
  seed: fc.integer(),
  scale: fc.double({ min: 0, max: 0.05, noNaN: true }),
})

describe('the data set', () => {
  test('is the same to the byte for the same seed, scale and reference', () => {
    const options = { seed: 7, scale: 0.05, reference }
    expect(digest(makeDataset(options))).toBe(digest(makeDataset(options)))
  })

  test('is another one for another seed', () => {
    const scale = 0.05
    expect(digest(makeDataset({ seed: 1, scale, reference }))).not.toBe(
      digest(makeDataset({ seed: 2, scale, reference })),
    )
  })

  test('has at scale 1 the size that it promises', () => {
    const dataset = makeDataset({ seed: 1, scale: 1, reference })
    const counts = Object.fromEntries(Object.entries(dataset).map(([table, rows]) => [table, rows.length]))
    expect(counts).toMatchObject({
      cities: 20,
      ballots: 60,
      contests: 300,
      candidates: 1_200,
      questions: 6_000,
      question_votes: 80_000,
    })
    const answered = new Set(dataset.answers.map((answer) => answer.question_id)).size
    expect(answered / dataset.questions.length).toBeGreaterThan(0.37)
    expect(answered / dataset.questions.length).toBeLessThan(0.43)
  })

  test('gives every question the sum of its votes as its score, and their weights as its activity', () => {
    fc.assert(
      fc.property(tiny, (options) => {
        const { questions, question_votes: votes } = makeDataset({ ...options, reference })
        const byQuestion = Map.groupBy(votes, (vote) => vote.question_id)
        const weight = (at: string) => activityWeight(Date.parse(at), reference.getTime())
        for (const question of questions) {
          const own = byQuestion.get(question.id) ?? []
          expect(question.score).toBe(own.reduce((sum, vote) => sum + vote.value, 0))
          const activity = own.reduce((sum, vote) => sum + vote.value * weight(vote.voted_at), 0)
          expect(question.activity).toBeCloseTo(activity + weight(question.created_at), 9)
        }
      }),
      { numRuns: 10 },
    )
  })

  test('lets nobody vote twice on a question, and nothing happen after the reference or before its cause', () => {
    fc.assert(
      fc.property(tiny, (options) => {
        const { questions, question_votes: votes, answers } = makeDataset({ ...options, reference })
        expect(new Set(votes.map((vote) => `${vote.question_id} ${vote.user_id}`)).size).toBe(votes.length)
        const asked = new Map(questions.map((question) => [question.id, question.created_at]))
        const now = reference.toISOString()
        const inTime = (at: string, question: number) => at >= asked.get(question)! && at <= now
        expect(votes.filter((vote) => !inTime(vote.voted_at, vote.question_id))).toEqual([])
        expect(answers.filter((answer) => !inTime(answer.created_at, answer.question_id))).toEqual([])
      }),
      { numRuns: 10 },
    )
  })

  test('refers only to what it holds', () => {
    fc.assert(
      fc.property(tiny, (options) => {
        const dataset = makeDataset({ ...options, reference })
        const ids = Object.fromEntries(
          (['cities', 'users', 'ballots', 'contests', 'candidates', 'questions'] as const).map((table) => [
            table,
            new Set(dataset[table].map(({ id }) => id)),
          ]),
        )
        expect(dataset.ballots.every((row) => ids['cities']!.has(row.city_id))).toBe(true)
        expect(dataset.contests.every((row) => ids['ballots']!.has(row.ballot_id))).toBe(true)
        expect(dataset.candidates.every((row) => ids['contests']!.has(row.contest_id))).toBe(true)
        expect(dataset.questions.every((row) => ids['users']!.has(row.author_id))).toBe(true)
        expect(dataset.question_votes.every((row) => ids['users']!.has(row.user_id))).toBe(true)
        const contestOf = new Map(dataset.questions.map((row) => [row.id, row.contest_id]))
        const runsIn = new Map(dataset.candidates.map((row) => [row.id, row.contest_id]))
        const isOwn = (candidate: number, question: number) =>
          runsIn.get(candidate) === contestOf.get(question)
        expect(dataset.answers.filter((row) => !isOwn(row.candidate_id, row.question_id))).toEqual([])
      }),
      { numRuns: 10 },
    )
  })

  test.each([-1, Number.NaN, Infinity, 51])(
    'cannot have the scale %d, and says which ones it can',
    (scale) => {
      expect(() => makeDataset({ seed: 1, scale, reference })).toThrow(/CIVICQ_SCALE_INVALID|from 0 .* to 50/)
    },
  )

  test('leaves no gap of a template unfilled, and repeats few questions', () => {
    const { questions, answers, candidates } = makeDataset({ seed: 3, scale: 0.3, reference })
    const texts = [...questions, ...answers].map(({ text }) => text)
    const isSentence = (text: string) => /^\p{Lu}[^{}]*[.?]$/u.test(text) && !/undefined|NaN/.test(text)
    expect(
      [...texts, ...candidates.map(({ statement }) => statement)].filter((text) => !isSentence(text)),
    ).toEqual([])
    const asked = questions.map(({ text, contest_id: contest }) => `${contest} ${text}`)
    expect(new Set(asked).size / asked.length).toBeGreaterThan(0.97)
  })

  test('spreads votes unevenly: a tenth of the questions has over half of them', () => {
    const { questions, question_votes: votes } = makeDataset({ seed: 1, scale: 0.5, reference })
    const counts = new Map(questions.map(({ id }) => [id, 0]))
    for (const vote of votes) counts.set(vote.question_id, counts.get(vote.question_id)! + 1)
    const most = [...counts.values()].sort((a, b) => b - a).slice(0, questions.length / 10)
    expect(most.reduce((sum, count) => sum + count, 0) / votes.length).toBeGreaterThan(0.5)
  })
})
