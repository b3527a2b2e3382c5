import { makeAnswers } from './answers.ts'
import { makeBallots, makeContests } from './ballots.ts'
import { makeCandidates, type CityContest } from './candidates.ts'
import { makeCities } from './cities.ts'
import { makeQuestions } from './questions.ts'
import type { CandidateRow, Dataset, QuestionRow } from './rows.ts'
import { sizeAt } from './size.ts'
import { makeUsers } from './users.ts'
import { makeVotes } from './votes.ts'

export interface DatasetOptions {
  /** The same seed, scale and reference make the same rows. */
  seed: number
  /** 1 is a region of 20 cities, 6,000 questions and 80,000 votes. */
  scale: number
  /** Everything happened before this instant; elections lie after it. */
  reference: Date
}

/** The whole data set, made in memory and the same every time; nothing is read or written. */
export function makeDataset({ seed, scale, reference }: DatasetOptions): Dataset {
  const size = sizeAt(scale)
  const cities = makeCities(seed, size.cities, reference)
  const ballots = makeBallots(cities, size.ballots, reference)
  const contests = makeContests(seed, ballots, size.contests)
  const cityContests = contests.map((contest): CityContest => {
    const ballot = ballots[contest.ballot_id - 1]!
    return { contest, city: cities[ballot.city_id - 1]! }
  })
  const candidates = makeCandidates(seed, cityContests, size.candidates)
  const users = makeUsers(seed, { cities, candidates, voters: size.voters, reference })
  const questions = makeQuestions(seed, { contests: cityContests, count: size.questions, reference })

  const cityOf = (question: QuestionRow) => cityContests[question.contest_id - 1]!.city
  const byContest = Map.groupBy(candidates, (candidate: CandidateRow) => candidate.contest_id)
  const votes = makeVotes(seed, {
    questions,
    votersOf: (question) => cityOf(question).voters,
    count: size.votes,
    reference,
  })
  const answers = makeAnswers(seed, {
    questions,
    candidatesOf: (question) => byContest.get(question.contest_id)!,
    placeOf: (question) => cityOf(question).place,
    reference,
  })
  return {
    cities: cities.map(({ row }) => row),
    users,
    ballots,
    contests,
    candidates,
    questions,
    question_votes: votes,
    answers,
  }
}
