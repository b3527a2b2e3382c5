import { type RawBuilder, sql } from 'kysely'
import { jsonBuildObject } from 'kysely/helpers/postgres'
import type { CityReference } from './shapes.ts'

/** The city of a statement that joins `cities`, as other answers refer to it. */
export const cityReference = (): RawBuilder<CityReference> =>
  jsonBuildObject({
    id: sql.ref<number>('cities.id'),
    slug: sql.ref<string>('cities.slug'),
    name: sql.ref<string>('cities.name'),
    state: sql.ref<string>('cities.state'),
  })

/** The election date as YYYY-MM-DD: drivers make different things of a date. */
export const electionDate = (): RawBuilder<string> =>
  sql<string>`to_char(ballots.election_date, 'YYYY-MM-DD')`

// count(*) is a bigint, which drivers read as a text; hence the casts.
export const ballotCount = (): RawBuilder<number> =>
  sql<number>`(select count(*)::int from ballots where ballots.city_id = cities.id)`

export const contestCount = (): RawBuilder<number> =>
  sql<number>`(select count(*)::int from contests where contests.ballot_id = ballots.id)`

export const candidateCount = (): RawBuilder<number> =>
  sql<number>`(select count(*)::int from candidates where candidates.contest_id = contests.id)`

export const answerCountOfQuestion = (): RawBuilder<number> =>
  sql<number>`(select count(*)::int from answers where answers.question_id = questions.id)`

/** Answers to questions that are hidden do not count. */
export const answerCountOfCandidate = (): RawBuilder<number> =>
  sql<number>`(select count(*)::int from answers join questions on questions.id = answers.question_id
    where answers.candidate_id = candidates.id and questions.status = 'published')`
