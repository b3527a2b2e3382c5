/** The answer that every server of the HTTP suite gives: about 2.4 kB of JSON, as a list endpoint would. */
export const answer = JSON.stringify({
  data: Array.from({ length: 16 }, (_, index) => ({
    id: index + 1,
    text: `How will you keep the library open on Sundays, question ${index + 1}?`,
    topic: 'Libraries',
    score: 40 - index,
    answers: index % 3,
    createdAt: '2026-03-01T12:00:00.000Z',
  })),
})

export const path = '/api/contests/1/questions'
