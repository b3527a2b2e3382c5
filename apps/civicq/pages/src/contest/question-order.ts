/** The ways to look at a contest's questions. */
export type QuestionOrder = 'top' | 'new' | 'trending'

/** One view of a contest's questions, as the address says it. */
export interface QuestionView {
  order: QuestionOrder
  /** From 1; trending is one page. */
  page: number
}

const perPage = 20

/** The view that an address asks for; what makes no sense is the default. */
export function viewFromSearch(search: URLSearchParams): QuestionView {
  const sort = search.get('sort')
  const order = sort === 'new' || sort === 'trending' ? sort : 'top'
  const page = Number(search.get('page') ?? 1)
  return { order, page: Number.isInteger(page) && page > 0 && order !== 'trending' ? page : 1 }
}

/** The address of a view on the contest's page. */
export function viewLink(contestId: number, { order, page }: QuestionView): string {
  const search = new URLSearchParams()
  if (order !== 'top') search.set('sort', order)
  if (page > 1) search.set('page', String(page))
  return search.size === 0 ? `/contests/${contestId}` : `/contests/${contestId}?${search.toString()}`
}

/** What the page of a contest asks the API for when it opens. */
export function contestNeeds(contestId: number): string[] {
  const base = `/api/contests/${contestId}`
  return [base, `${base}/candidates`, viewResource(contestId, { order: 'top', page: 1 })]
}

/** Where the API has the questions of a view. */
export function viewResource(contestId: number, { order, page }: QuestionView): string {
  const base = `/api/contests/${contestId}/questions`
  return order === 'trending' ? `${base}/trending` : `${base}?sort=${order}&page=${page}&limit=${perPage}`
}
