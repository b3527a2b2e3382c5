/** About 2.4 kB of JSON, as a list endpoint would answer. */
export const answer = questions(16)

/** About 50 kB of it. */
export const largeAnswer = questions(340)

/** A small answer of its own for each URL. */
export const smallAnswer = (id: string) => JSON.stringify({ data: { id, name: `Question ${id}`, score: 7 } })

export const path = '/api/contests/1/questions'
export const largePath = '/api/contests/1/report'
/** Followed by a number. */
export const itemPath = '/api/items/'

function questions(count: number): string {
  const topics = ['Libraries', 'Housing', 'Transport', 'Water', 'Schools', 'Parks', 'Budget']
  return JSON.stringify({
    data: Array.from({ length: count }, (_, index) => ({
      id: index + 1,
      text: `How will you keep the library open on Sundays, question ${index + 1}?`,
      topic: topics[(index * index) % topics.length],
      score: 40 - (index % 40),
      answers: index % 3,
      createdAt: new Date(Date.UTC(2026, 2, 1, 12, 0, index * 37)).toISOString(),
    })),
  })
}
