import { lazyPage } from './parts/lazy-page.tsx'

/** Every page of CivicQ, each a file of its own. */
export const pages = {
  cities: lazyPage(async () => (await import('./pages/cities-page.tsx')).CitiesPage),
  city: lazyPage(async () => (await import('./pages/city-page.tsx')).CityPage),
  ballot: lazyPage(async () => (await import('./pages/ballot-page.tsx')).BallotPage),
  contest: lazyPage(async () => (await import('./pages/contest-page.tsx')).ContestPage),
  question: lazyPage(async () => (await import('./pages/question-page.tsx')).QuestionPage),
  candidate: lazyPage(async () => (await import('./pages/candidate-page.tsx')).CandidatePage),
  signIn: lazyPage(async () => (await import('./pages/sign-in-page.tsx')).SignInPage),
}

const byFirstSegment: Record<string, keyof typeof pages> = {
  '': 'cities',
  ballots: 'ballot',
  contests: 'contest',
  questions: 'question',
  candidates: 'candidate',
  'sign-in': 'signIn',
}

/** Fetches the page that an address opens. Whether it arrives or not: the page itself says what went wrong. */
export async function preloadPageAt(path: string): Promise<void> {
  const page = byFirstSegment[path.split('/')[1] ?? ''] ?? 'city'
  await pages[page].preload().catch(() => {})
}

/** Fetches all the others, once the browser has nothing better to do: a click then waits for its data only. */
export function preloadRest(): void {
  const whenIdle = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 1_000))
  whenIdle(() => {
    for (const { preload } of Object.values(pages)) preload().catch(() => {})
  })
}
