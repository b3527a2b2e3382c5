import type { ColumnType, Generated, Kysely, Transaction } from 'kysely'
import type { CitySettings, Office, Role } from './api/shapes.ts'

/** The tables, as Kysely types its statements by them; migrations.ts makes them. */
export interface Schema {
  users: UserTable
  cities: CityTable
  ballots: BallotTable
  contests: ContestTable
  candidates: CandidateTable
  questions: QuestionTable
  question_votes: QuestionVoteTable
  answers: AnswerTable
  seedings: SeedingTable
}

/** A connection that knows the tables. */
export type Db = Kysely<Schema>

/** The same inside a transaction. */
export type DbTransaction = Transaction<Schema>

/** Read as a Date, written as a Date or an ISO 8601 text. */
type Instant = ColumnType<Date, Date | string, Date | string>

interface UserTable {
  id: Generated<number>
  email: string
  name: string
  role: Role
  city_id: number | null
  /** Null: this account cannot sign in. */
  password_hash: string | null
  created_at: Instant
}

interface CityTable {
  id: Generated<number>
  slug: string
  name: string
  state: string
  population: number
  settings: ColumnType<CitySettings, string, string>
}

interface BallotTable {
  id: Generated<number>
  city_id: number
  title: string
  kind: 'general' | 'primary' | 'special'
  /** A date; read it through to_char, since drivers make different things of a date. */
  election_date: ColumnType<never, string, string>
  description: string
}

interface ContestTable {
  id: Generated<number>
  ballot_id: number
  title: string
  office: Office
  district: string | null
  seats: number
  description: string
  /** Its place on the ballot, from 1. */
  position: number
}

interface CandidateTable {
  id: Generated<number>
  contest_id: number
  /** The account that may answer for the candidate. */
  user_id: number | null
  name: string
  affiliation: string
  occupation: string
  statement: string
  photo: string
  position: number
}

interface QuestionTable {
  id: Generated<number>
  contest_id: number
  author_id: number
  text: string
  topic: string
  status: Generated<'published' | 'hidden'>
  /** Always the sum of the votes' values. */
  score: Generated<number>
  /** The sum of what happened to it, each weighted by activity_weight: see migrations.ts. */
  activity: number
  created_at: Instant
}

interface QuestionVoteTable {
  question_id: number
  user_id: number
  value: 1 | -1
  voted_at: Instant
}

interface AnswerTable {
  id: Generated<number>
  question_id: number
  candidate_id: number
  text: string
  created_at: Instant
}

/** One row: what the data was seeded from. */
interface SeedingTable {
  seed: number
  scale: number
  /** The instant that the seeded times lie before, and the landmark of every activity weight. */
  reference: Instant
}
