/**
 * What the API answers, as JSON. Times are ISO 8601 in UTC, dates are YYYY-MM-DD.
 * Types only: the pages import them with `import type`.
 */

/** Every list that is not paged. */
export interface List<T> {
  data: T[]
}

/** Every list that is paged: `?page=1&limit=20`. */
export interface Page<T> {
  data: T[]
  pagination: Pagination
}

export interface Pagination {
  /** From 1. */
  page: number
  limit: number
  total: number
  totalPages: number
  hasNext: boolean
  hasPrev: boolean
}

/** GET /api/cities */
export interface CitySummary {
  id: number
  /** `ashford-oh`; part of the address. */
  slug: string
  name: string
  /** Two letters. */
  state: string
  population: number
  ballotCount: number
}

/** GET /api/cities/:slug */
export interface City extends CitySummary {
  settings: CitySettings
}

export interface CitySettings {
  /** The longest question that the city accepts, in characters. */
  questionMaxLength: number
  /** The longest answer, in characters. */
  answerMaxLength: number
  /** Where residents write to. */
  contactEmail: string
  /** The last day on which the city takes questions: a date. */
  questionsCloseOn: string
  /** A sentence that the city shows above every list of questions. */
  notice: string
}

/** GET /api/cities/:slug/ballots */
export interface BallotSummary {
  id: number
  cityId: number
  title: string
  kind: 'general' | 'primary' | 'special'
  electionDate: string
  contestCount: number
}

/** GET /api/ballots/:id */
export interface Ballot extends BallotSummary {
  description: string
  city: CityReference
  contests: ContestSummary[]
}

export interface CityReference {
  id: number
  slug: string
  name: string
  state: string
}

export interface ContestSummary {
  id: number
  ballotId: number
  title: string
  /** `mayor`, `council`, `school-board`, `measure`… */
  office: Office
  /** `Ward 3`; null when the whole city votes. */
  district: string | null
  /** How many are elected. */
  seats: number
  candidateCount: number
}

export type Office =
  | 'mayor'
  | 'council'
  | 'school-board'
  | 'clerk'
  | 'treasurer'
  | 'library-board'
  | 'parks-board'
  | 'measure'

/** GET /api/contests/:id */
export interface Contest extends ContestSummary {
  description: string
  ballot: { id: number; title: string; electionDate: string }
  city: CityReference
}

/** GET /api/contests/:id/candidates */
export interface CandidateSummary {
  id: number
  contestId: number
  name: string
  /** `Nonpartisan` for most offices; for a measure the side: `In favor`, `Against`. */
  affiliation: string
  occupation: string
  /** Path of a square picture. */
  photo: string
  answerCount: number
}

/** GET /api/candidates/:id */
export interface Candidate extends CandidateSummary {
  statement: string
  contest: { id: number; title: string; ballotId: number }
  city: CityReference
}

/** GET /api/contests/:id/questions, GET /api/contests/:id/questions/trending */
export interface Question {
  id: number
  contestId: number
  text: string
  topic: string
  /** Votes up minus votes down. */
  score: number
  answerCount: number
  /** First name and initial. */
  author: string
  createdAt: string
}

/** GET /api/questions/:id */
export interface QuestionWithAnswers extends Question {
  answers: Answer[]
}

export interface Answer {
  id: number
  questionId: number
  text: string
  createdAt: string
  candidate: { id: number; name: string; affiliation: string; photo: string }
}

/** POST /api/auth/login */
export interface Login {
  /** For `Authorization: Bearer …`. */
  token: string
  /** When the token stops being accepted. */
  expiresAt: string
  user: User
}

export interface User {
  id: number
  name: string
  email: string
  role: Role
  /** The candidate that this account answers for; null for everybody else. */
  candidateId: number | null
}

export type Role = 'voter' | 'candidate' | 'administrator'

/** GET /api/me/votes?contest=12: the votes of the one who asks, zeros left out. */
export interface OwnVote {
  questionId: number
  value: 1 | -1
}

/** POST /api/questions/:id/vote */
export interface VoteResult {
  questionId: number
  /** The vote as it now stands; 0 is none. */
  value: 1 | 0 | -1
  /** The question's score with it. */
  score: number
}

/** Every error: RFC 9457 problem details, as application/problem+json. */
export interface ProblemDetails {
  /** The HTTP status. */
  status: number
  title: string
  detail: string
  /** For a 400: which fields, and what each should be. */
  errors?: FieldError[]
}

export interface FieldError {
  field: string
  message: string
}
