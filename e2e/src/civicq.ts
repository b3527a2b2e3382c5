/** A question, as CivicQ's lists show it. */
export interface Question {
  id: number
  score: number
}

/** What a test needs of a running CivicQ. */
export interface Civicq {
  get<T>(path: string, token?: string): Promise<{ status: number; headers: Headers; body: T }>
  login(email: string): Promise<string>
  vote(question: number, value: -1 | 0 | 1, token: string): Promise<number>
  /** The questions of a contest, best first. */
  questions(contest: number): Promise<Question[]>
}

export function civicq(origin: string): Civicq {
  const send = async <T>(path: string, init: RequestInit) => {
    const response = await fetch(origin + path, init)
    return { status: response.status, headers: response.headers, body: (await response.json()) as T }
  }
  const post = async <T>(path: string, json: unknown, token?: string) =>
    send<T>(path, {
      method: 'POST',
      body: JSON.stringify(json),
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    })
  return {
    get: (path, token) => send(path, token ? { headers: { authorization: `Bearer ${token}` } } : {}),
    async login(email) {
      const { body } = await post<{ token: string }>('/api/auth/login', { email, password: 'civicq-demo' })
      return body.token
    },
    async vote(question, value, token) {
      const { body } = await post<{ score: number }>(`/api/questions/${question}/vote`, { value }, token)
      return body.score
    },
    async questions(contest) {
      const { body } = await send<{ data: Question[] }>(
        `/api/contests/${contest}/questions?sort=top&limit=50`,
        {},
      )
      return body.data
    },
  }
}
