import type { Dataset } from './rows.ts'

/** The columns that a seed fills, in the order in which tables refer to each other. */
export const seededTables: { [Table in keyof Dataset]: Record<keyof Dataset[Table][number], string> } = {
  cities: { id: 'int', slug: 'text', name: 'text', state: 'text', population: 'int', settings: 'jsonb' },
  users: { id: 'int', email: 'text', name: 'text', role: 'text', city_id: 'int', created_at: 'timestamptz' },
  ballots: {
    id: 'int',
    city_id: 'int',
    title: 'text',
    kind: 'text',
    election_date: 'date',
    description: 'text',
  },
  contests: {
    id: 'int',
    ballot_id: 'int',
    title: 'text',
    office: 'text',
    district: 'text',
    seats: 'int',
    description: 'text',
    position: 'int',
  },
  candidates: {
    id: 'int',
    contest_id: 'int',
    user_id: 'int',
    name: 'text',
    affiliation: 'text',
    occupation: 'text',
    statement: 'text',
    photo: 'text',
    position: 'int',
  },
  questions: {
    id: 'int',
    contest_id: 'int',
    author_id: 'int',
    text: 'text',
    topic: 'text',
    status: 'text',
    score: 'int',
    activity: 'float8',
    created_at: 'timestamptz',
  },
  question_votes: { question_id: 'int', user_id: 'int', value: 'int2', voted_at: 'timestamptz' },
  answers: { id: 'int', question_id: 'int', candidate_id: 'int', text: 'text', created_at: 'timestamptz' },
}
