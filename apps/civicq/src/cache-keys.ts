/** How long things stay fresh, at both levels: HTTP answers (routes.ts) and objects (src/api). */
export const ttl = {
  city: '1d',
  ballot: '1h',
  contest: '1h',
  candidates: '30m',
  questions: '15m',
  trending: '15m',
  photo: '1d',
} as const

/** How long past that an answer may be served while a new one is fetched. What a write changed is never served. */
export const staleFor = '1d'

/** Of which tables results of statements are kept: those that hardly ever change, so that no vote has to tell of itself. */
export const keptResults = { tables: ['cities', 'ballots', 'contests'] }

/** How the entries of the object cache are named: the kind, a colon, the id, and then what of it. */
export const keys = {
  cities: () => 'cities',
  city: (slug: string) => `city:${slug}`,
  cityBallots: (slug: string) => `city:${slug}:ballots`,
  ballot: (id: number) => `ballot:${id}`,
  contest: (id: number) => `contest:${id}`,
  candidates: (contest: number) => `contest:${contest}:candidates`,
  candidate: (id: number) => `candidate:${id}`,
  questions: ({ contest, sort, page, limit }: QuestionsKey) =>
    `contest:${contest}:questions:${sort}:${page}:${limit}`,
  trending: (contest: number) => `contest:${contest}:questions:trending`,
  question: (id: number) => `question:${id}`,
} as const

interface QuestionsKey {
  contest: number
  sort: string
  page: number
  limit: number
}

/** What an entry depends on. A write advances its tags and with them drops every entry that carries one. */
export const tags = {
  cities: () => 'cities',
  city: (slug: string) => `city:${slug}`,
  ballot: (id: number | string) => `ballot:${id}`,
  contest: (id: number | string) => `contest:${id}`,
  /** All lists of a contest's questions: top, new, trending. */
  questions: (contest: number | string) => `contest:${contest}:questions`,
  candidates: (contest: number | string) => `contest:${contest}:candidates`,
  candidate: (id: number | string) => `candidate:${id}`,
  question: (id: number | string) => `question:${id}`,
} as const

/** What a vote or a new question changes: the question, and every list it stands in. */
export function questionChanged(question: { id: number; contestId: number }): string[] {
  return [tags.question(question.id), tags.questions(question.contestId)]
}

/** What an answer changes: the same, and how many answers its candidate has given. */
export function answerChanged(answer: {
  questionId: number
  contestId: number
  candidateId: number
}): string[] {
  const { questionId, contestId, candidateId } = answer
  return questionModerated({ id: questionId, contestId, candidates: [candidateId] })
}

/** What hiding a question changes: the same for all candidates who answered it. */
export function questionModerated(question: {
  id: number
  contestId: number
  candidates: number[]
}): string[] {
  return [
    ...questionChanged(question),
    tags.candidates(question.contestId),
    ...question.candidates.map(tags.candidate),
  ]
}
