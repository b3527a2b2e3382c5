import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterClick,
  afterCounted,
  afterLoaded,
  afterRefused,
  noVote,
  shownScore,
  type Vote,
  type VoteState,
} from '../src/votes/vote-state.ts'

const listed = { score: 10, askedAt: 1000 }
const sending = (state: VoteState): VoteState => ({ ...state, sending: true })

test('a click counts at once, a second one on the same arrow takes it back', () => {
  const up = afterClick(noVote, 1)
  expect(shownScore(up, listed)).toBe(11)
  expect(shownScore(afterClick(up, 1), listed)).toBe(10)
  expect(shownScore(afterClick(up, -1), listed)).toBe(9)
})

test('a refused vote is taken back, and the reason is kept until the next click', () => {
  const refused = afterRefused(sending(afterClick(noVote, 1)), 'Too fast.')
  expect({ score: shownScore(refused, listed), problem: refused.problem }).toEqual({
    score: 10,
    problem: 'Too fast.',
  })
  expect(afterClick(refused, 1).problem).toBe('')
})

test('the score told with a vote wins over an older list, and a newer list over it', () => {
  const counted = afterCounted(sending(afterClick(noVote, 1)), { sent: 1, value: 1, score: 14, at: 2000 })
  expect(shownScore(counted, listed)).toBe(14)
  expect(shownScore(counted, { score: 20, askedAt: 3000 })).toBe(20)
})

test('what was clicked while a vote was under way stays wanted', () => {
  const clickedAgain = afterClick(sending(afterClick(noVote, 1)), -1)
  const counted = afterCounted(clickedAgain, { sent: 1, value: 1, score: 11, at: 2000 })
  expect(counted).toMatchObject({ confirmed: 1, wanted: -1 })
  expect(shownScore(counted, listed)).toBe(9)
})

test('a list of own votes that arrives late does not undo a click', () => {
  expect(afterLoaded(sending(afterClick(noVote, 1)), -1).wanted).toBe(1)
  expect(afterLoaded(noVote, -1)).toMatchObject({ confirmed: -1, wanted: -1 })
})

test('whatever is clicked, once the server has counted the last wish the screen shows the server’s score', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<1 | -1>(1, -1), { minLength: 1 }), fc.integer(), (clicks, base) => {
      const clicked = clicks.reduce<VoteState>((state, arrow) => afterClick(state, arrow), noVote)
      const value: Vote = clicked.wanted
      const counted = afterCounted(sending(clicked), { sent: value, value, score: base + value, at: 2000 })
      expect(shownScore(counted, { score: base, askedAt: 1000 })).toBe(base + value)
    }),
  )
})
