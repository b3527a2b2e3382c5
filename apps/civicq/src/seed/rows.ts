import type { Office, Role } from '../api/shapes.ts'
import type { Place } from './places.ts'

/** A seeded data set: the rows of each table, ids given, in an order in which they may be inserted. */
export interface Dataset {
  cities: CityRow[]
  users: UserRow[]
  ballots: BallotRow[]
  contests: ContestRow[]
  candidates: CandidateRow[]
  questions: QuestionRow[]
  question_votes: VoteRow[]
  answers: AnswerRow[]
}

export interface CityRow {
  id: number
  slug: string
  name: string
  state: string
  population: number
  /** JSON of CitySettings. */
  settings: string
}

export interface UserRow {
  id: number
  email: string
  name: string
  role: Role
  city_id: number | null
  created_at: string
}

export interface BallotRow {
  id: number
  city_id: number
  title: string
  kind: 'general' | 'primary' | 'special'
  election_date: string
  description: string
}

export interface ContestRow {
  id: number
  ballot_id: number
  title: string
  office: Office
  district: string | null
  seats: number
  description: string
  position: number
}

export interface CandidateRow {
  id: number
  contest_id: number
  user_id: number | null
  name: string
  affiliation: string
  occupation: string
  statement: string
  photo: string
  position: number
}

export interface QuestionRow {
  id: number
  contest_id: number
  author_id: number
  text: string
  topic: string
  status: 'published' | 'hidden'
  score: number
  activity: number
  created_at: string
}

export interface VoteRow {
  question_id: number
  user_id: number
  value: 1 | -1
  voted_at: string
}

export interface AnswerRow {
  id: number
  question_id: number
  candidate_id: number
  text: string
  created_at: string
}

/** A city's row beside the names that its texts speak of. */
export interface SeededCity {
  row: CityRow
  place: Place
  /** Ids of the users who live there. */
  voters: number[]
}
